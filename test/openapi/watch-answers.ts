import type { InterfaceName } from "../../protocol/openapi/interfaces.ts";
import { relayerPorts, urlOf } from "../../server/local/plan.ts";
import type { LocalCorridor } from "../../server/local/start-corridor.ts";
import { createAnswerChecker } from "./answer-checker.ts";

type Checker = ReturnType<typeof createAnswerChecker>;

const checkers = new Map<InterfaceName, Checker>();
const origins = new Map<string, InterfaceName>();
const mismatches: string[] = [];
/** What each interface answered so far, by its name. */
const seen = new Map<InterfaceName, number>();

function checkerOf(name: InterfaceName): Checker {
  const checker = checkers.get(name) ?? createAnswerChecker(name);
  checkers.set(name, checker);
  return checker;
}

/** Streams are followed by whoever opened them. */
const isStream = (type: string) => /event-stream|ndjson/.test(type);
/** What a wallet's own app calls is no interface of the rail. */
const isPrivate = (path: string) => path.startsWith("/app/") || path === "/healthz";
/** Pages are for people; what they show is looked at in a browser. */
export const isPage = (path: string) => /^\/($|(explorer(?!\/proofs\/)|console)(\/|$))/.test(path);
const isDocs = (path: string) => path === "/openapi.json" || path === "/docs";

/** Holds one answer against what is published, if it is of a corridor that runs in this process. */
export function noteAnswer(
  url: URL,
  answer: { method: string; status: number; type: string; text?: string },
): void {
  const name = origins.get(url.origin);
  const { pathname: path } = url;
  if (
    name === undefined ||
    isDocs(path) ||
    isPage(path) ||
    (name === "participant" && isPrivate(path))
  )
    return;
  seen.set(name, (seen.get(name) ?? 0) + 1);
  const mismatch = checkerOf(name)({ ...answer, path });
  if (mismatch !== undefined) mismatches.push(mismatch);
}

async function watch(input: URL, method: string, response: Response): Promise<void> {
  if (!origins.has(input.origin)) return;
  const { status, headers } = response;
  const type = headers.get("content-type") ?? "";
  const text = isStream(type) ? undefined : await response.clone().text();
  noteAnswer(input, { method, status, type, ...(text !== undefined && { text }) });
}

let watching = false;

/** Every answer that anybody in this process fetches is checked on its way. */
function watchFetch(): void {
  if (watching) return;
  watching = true;
  const { fetch: ask } = globalThis;
  globalThis.fetch = async (input, init) => {
    const response = await ask(input, init);
    const url = new URL(input instanceof Request ? input.url : input);
    const method = init?.method ?? (input instanceof Request ? input.method : "GET");
    await watch(url, method, response);
    return response;
  };
}

/** From now on every answer of a corridor's four interfaces is held against their published descriptions. */
export function watchAnswers({ plan, bankUrl, walletUrls }: WatchedCorridor): void {
  watchFetch();
  for (let instance = 0; instance <= plan.moreRelayers.length; instance++) {
    const { relayer, operations } = relayerPorts(plan, instance);
    origins.set(urlOf(plan, { port: relayer }), "relayer");
    origins.set(urlOf(plan, { port: operations }), "operations");
  }
  origins.set(bankUrl, "bank");
  for (const url of walletUrls) origins.set(url, "participant");
}

export interface WatchedCorridor {
  readonly plan: LocalCorridor["plan"];
  readonly bankUrl: string;
  readonly walletUrls: readonly string[];
}

/** What was not as described since the last look. */
export function takeMismatches(): string[] {
  return mismatches.splice(0);
}

/** How many answers of each interface were checked. */
export const answersSeen = (): ReadonlyMap<InterfaceName, number> => seen;
