import { caseListSchema, haltListSchema } from "../../protocol/wire/operations.ts";
import type { LocalCorridor } from "../../server/local/start-corridor.ts";
import { signedIn } from "../../test/e2e/console-client.ts";

const BY = { by: "alarm-trial", reason: "a trial of the runbook" };
const SEE_OTHER = 303;

/** What an operator does, on the operations port and on the console. */
export interface Operator {
  halts(): Promise<readonly { readonly scope: string; readonly reason: string }[]>;
  openCases(): Promise<readonly { readonly id: string; readonly kind: string }[]>;
  /** A POST on the operations port, with name and reason. */
  act(path: string, body?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Resolves every open case of a kind. */
  resolveCases(kind: string): Promise<void>;
  /** Signs in at the console and presses the button of its overview whose form goes to a path. */
  press(path: RegExp): Promise<void>;
}

/** An operator at one of a corridor's relayers; the console is the first one's. */
export function createOperator(corridor: LocalCorridor, instance = 0): Operator {
  const at = (path: string) => new URL(path, corridor.relayerUrls(instance).operations);
  const read = async (path: string) => (await fetch(at(path))).json();
  async function act(path: string, body: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const answer = await fetch(at(path), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...body, ...BY }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }
  async function openCases() {
    const { cases } = caseListSchema.parse(await read("/cases"));
    return cases.filter(({ resolved_at }) => resolved_at === null);
  }
  return {
    act,
    openCases,
    halts: async () => haltListSchema.parse(await read("/halts")).halts,
    async resolveCases(kind) {
      for (const open of await openCases()) {
        if (open.kind === kind) await act(`/cases/${open.id}/resolve`);
      }
    },
    async press(path) {
      const session = await signedIn({ corridor }, { operator: "alice", role: "operator" });
      const { text } = await session.get("");
      const form = [...text.matchAll(/<form[^>]* action="\/console([^"]+)">(.*?)<\/form>/gs)].find(
        ([, action = ""]) => path.test(action),
      );
      if (!form) throw new Error(`the console's overview has no button for ${path}`);
      const [, action = "", inside = ""] = form;
      const hidden = [...inside.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)];
      const fields = Object.fromEntries(hidden.map(([, name, value]) => [name, value]));
      const { status, text: said } = await session.post(action, {
        ...fields,
        reason: BY.reason,
      });
      if (status !== SEE_OTHER) throw new Error(`${action}: ${status} ${said}`);
    },
  };
}
