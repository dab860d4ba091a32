import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { networkSchema, type WireNetwork } from "../../protocol/network.ts";
import { privateRequestKeySchema } from "../../protocol/request-signature.ts";
import { lockDirectory } from "../foundation/storage/lock-directory.ts";
import { everyParticipant, type LocalPlan, pathIn } from "./plan.ts";
import { waitFor } from "./wait-for.ts";

/** What a corridor that is kept must find again as it was. Holds secrets: readable by its owner only. */
const keptSchema = z.object({
  format: z.literal(1),
  /** Ids of the corridors that it was begun with. */
  corridors: z.array(z.string()),
  database: z.enum(["embedded", "postgresql"]),
  /** The deployment's public facts, as the network file states them. */
  network: z.custom<WireNetwork>((value) => networkSchema.safeParse(value).success),
  /** Each wallet's bearer key for reading from the relayer, by participant id. */
  sandboxKeys: z.record(z.string(), z.string()).default({}),
  /** Each wallet's key to sign its requests with, by participant id. */
  requestKeys: z.record(z.string(), privateRequestKeySchema).default({}),
});
export type Kept = z.output<typeof keptSchema>;

const FILE = "kept.json";
/** Services whose starter was killed end by themselves within this time. */
const ORPHANS_END_MS = 6_000;

const databaseOf = (plan: LocalPlan) =>
  plan.databaseUrl === undefined ? "embedded" : "postgresql";
const idsOf = (plan: LocalPlan) => plan.corridors.map(({ id }) => id as string);

/** Where each service of a plan keeps its data. */
export function serviceDirectories(plan: LocalPlan): string[] {
  const parties = everyParticipant().map(({ id }) => id);
  return ["chain", "bank", "relayer", ...parties].map((name) => pathIn(plan, name));
}

function assertSame(plan: LocalPlan, kept: Kept): void {
  const { directory } = plan;
  const begunWith = (what: string) =>
    new Error(`${directory} was begun with ${what}: start it with the same, or anew with --fresh`);
  if (kept.corridors.join() !== idsOf(plan).join()) {
    throw begunWith(`the corridors ${kept.corridors.join(", ")}`);
  }
  if (kept.database !== databaseOf(plan)) throw begunWith(`the ${kept.database} database`);
  if (!existsSync(pathIn(plan, "chain", "journal"))) {
    throw new Error(`${directory} has books but no chain: begin anew with --fresh`);
  }
}

/**
 * What the corridor in a plan's directory is to go on from, or undefined when none is kept there. One whose first start
 * never came to its end has moved no money: it counts for none.
 *
 * @throws when it was begun differently than planned.
 */
export function readKept(plan: LocalPlan): Kept | undefined {
  const path = pathIn(plan, FILE);
  if (!plan.keep || !existsSync(path)) return undefined;
  const kept = keptSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  assertSame(plan, kept);
  return kept;
}

/** Keeps what the next start goes on from; from then on there is a corridor to come back to. */
export function writeKept(
  plan: LocalPlan,
  made: Pick<Kept, "network" | "sandboxKeys" | "requestKeys">,
): void {
  if (!plan.keep) return;
  const kept: Kept = { format: 1, corridors: idsOf(plan), database: databaseOf(plan), ...made };
  const path = pathIn(plan, FILE);
  const fd = openSync(`${path}.new`, "w", 0o600);
  writeSync(fd, `${JSON.stringify(kept, null, 2)}\n`);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(`${path}.new`, path);
  const parent = openSync(dirname(path), "r");
  fsyncSync(parent);
  closeSync(parent);
}

/** Removes every service's data and what was kept of it. */
export function forget(plan: LocalPlan): void {
  // First what makes it count, so that a crash in between leaves nothing that looks whole.
  for (const path of [pathIn(plan, FILE), ...serviceDirectories(plan)]) {
    rmSync(path, { recursive: true, force: true });
  }
}

function isFree(directory: string): boolean {
  if (!existsSync(directory)) return true;
  try {
    lockDirectory(directory)[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}

/**
 * Waits until no service of an earlier start holds its data any more: killing a starter leaves its services a moment
 * behind. @throws when one does not end.
 */
export async function untilServicesEnded(plan: LocalPlan): Promise<void> {
  const busy = async () => serviceDirectories(plan).filter((directory) => !isFree(directory));
  const [first] = await waitFor(busy, (held) => held.length === 0, ORPHANS_END_MS);
  if (first !== undefined) throw new Error(`${first} is in use by another process: stop it`);
}
