import { BANK } from "./bank.ts";
import { buildDocument } from "./build-document.ts";
import type { Interface } from "./interface.ts";
import { OPERATIONS } from "./operations.ts";
import { PARTICIPANT } from "./participant.ts";
import { RELAYER } from "./relayer.ts";

/** The four HTTP interfaces of the rail, by the names under which they are published. */
export const INTERFACES: Readonly<Record<InterfaceName, Interface>> = {
  relayer: RELAYER,
  participant: PARTICIPANT,
  bank: BANK,
  operations: OPERATIONS,
};
export type InterfaceName = "relayer" | "participant" | "bank" | "operations";

/** Each interface's document as a file holds it. */
export function publishedDocuments(): Record<string, string> {
  const files = Object.entries(INTERFACES).map(([name, described]) => [
    `${name}.json`,
    `${JSON.stringify(buildDocument(described), null, 2)}\n`,
  ]);
  return Object.fromEntries(files);
}
