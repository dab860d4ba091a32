import { type IncomingHttpHeaders, request } from "node:http";
import { sql } from "kysely";
import { pathIn, urlOf } from "../../server/local/plan.ts";
import { makeCode } from "../../server/relayer/sign-in/code-files.ts";
import { eventually } from "./eventually.ts";
import type { TestCorridor } from "./local-corridor.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly form?: Readonly<Record<string, string>>;
  /** What a browser would say, and what somebody else's might. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** The address of this machine that it comes from. */
  readonly localAddress?: string;
}

/** Where the console of a corridor's first relayer is. */
export const consoleOrigin = ({ corridor: { plan } }: Pick<TestCorridor, "corridor">): string =>
  urlOf(plan, { port: plan.ports.operations });

/** A new one-time code, as the relayer's terminal makes it. */
export const newCode = (
  { corridor: { plan } }: Pick<TestCorridor, "corridor">,
  holder: { operator: string; role: "viewer" | "operator" },
): string => makeCode(pathIn(plan, "relayer"), holder);

/** Asks as a browser does that nobody stops: any Host, any Origin, and no redirect is followed. */
export function ask(origin: string, path: string, asked: Asked = {}): Promise<Answer> {
  const { form, method = form ? "POST" : "GET", headers = {}, localAddress } = asked;
  const body = form ? new URLSearchParams(form).toString() : undefined;
  const sent = {
    ...(body !== undefined && {
      "content-type": "application/x-www-form-urlencoded",
      "content-length": String(Buffer.byteLength(body)),
      origin,
    }),
    ...headers,
  };
  const given = Object.entries(sent).filter(([, value]) => value !== undefined);
  return new Promise((resolve, reject) => {
    const url = new URL(`/console${path}`, origin);
    const options = {
      method,
      headers: Object.fromEntries(given),
      ...(localAddress !== undefined && { localAddress }),
    };
    const started = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    started.on("error", reject);
    started.end(body);
  });
}

/** The cookie that an answer gives, as a browser sends it back. */
export const cookieOf = ({ headers }: Answer): string =>
  headers["set-cookie"]?.[0]?.split(";")[0] ?? "";

export interface SignedIn {
  readonly cookie: string;
  /** What the session's forms carry. */
  readonly formToken: string;
  get(path: string): Promise<Answer>;
  /** Sends a form as a page of the session does. */
  post(path: string, form: Record<string, string>): Promise<Answer>;
}

/** A session at the console, begun with a code. */
export async function signedIn(
  test: Pick<TestCorridor, "corridor">,
  holder: { operator: string; role: "viewer" | "operator" },
): Promise<SignedIn> {
  const origin = consoleOrigin(test);
  const entered = await ask(origin, "/sign-in", { form: { code: newCode(test, holder) } });
  if (entered.status !== 303) throw new Error(`not let in: ${entered.status} ${entered.text}`);
  const cookie = cookieOf(entered);
  const get = (path: string) => ask(origin, path, { headers: { cookie } });
  const page = await get("/transfers");
  const formToken = /name="form_token" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
  return {
    cookie,
    formToken,
    get,
    post: (path, form) =>
      ask(origin, path, { form: { form_token: formToken, ...form }, headers: { cookie } }),
  };
}

/** What an operator did about something, once it stands in the audit log. */
export const actsBy = (test: TestCorridor, operator: string, subject: string) =>
  eventually(
    async () => {
      const { rows } = await sql<{ entry: string }>`
        select entry from audit_entries where kind = 'act' order by seq`.execute(
        test.relayerDatabase(),
      );
      return rows
        .map(({ entry }) => JSON.parse(entry) as Record<string, string>)
        .filter((entry) => entry["subject"] === subject && entry["by"] === operator)
        .map(({ act, reason }) => ({ act, reason }));
    },
    (acts) => acts.length > 0,
  );
