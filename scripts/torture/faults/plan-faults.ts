import type { Field } from "../field/start-field.ts";
import { chainFaults } from "./chain-faults.ts";
import { DATABASE_FAULTS } from "./database-faults.ts";
import { type Dice, type FaultKind, type PlannedFault, sleep } from "./fault.ts";
import { LINE_FAULTS } from "./line-faults.ts";
import { PARTY_FAULTS } from "./party-faults.ts";
import { PROCESS_FAULTS } from "./process-faults.ts";

const GAP_MS = { least: 600, most: 2_600 };
const FIRST_MS = 1_000;
const isProcess = ({ domain }: Pick<PlannedFault, "domain">) => domain.startsWith("relayer ");

function pick(kinds: readonly FaultKind[], dice: Dice): FaultKind | undefined {
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0);
  let left = dice.whole(1, total);
  return kinds.find(({ weight }) => {
    left -= weight;
    return left <= 0;
  });
}

/** Whether a fault may begin: nothing of its domain is broken, and one relayer's process is left alone. */
function mayBegin(planned: readonly PlannedFault[], next: PlannedFault, dice: Dice): boolean {
  const open = planned.filter(({ atMs, forMs }) => atMs + forMs > next.atMs);
  if (open.some(({ domain }) => domain === next.domain)) return false;
  if (!isProcess(next)) return true;
  return open.filter(isProcess).length < Math.max(1, dice.relayers - 1);
}

/** Every fault of a run, drawn before it begins: the same dice give the same faults at the same times. */
export function planFaults(dice: Dice, chain: Field["chain"], totalMs: number): PlannedFault[] {
  const kinds = [
    ...PROCESS_FAULTS,
    ...LINE_FAULTS,
    ...DATABASE_FAULTS,
    ...PARTY_FAULTS,
    ...chainFaults(chain),
  ];
  const planned: PlannedFault[] = [];
  let atMs = FIRST_MS;
  while (atMs < totalMs) {
    const kind = pick(kinds, dice);
    if (kind) {
      const next = { ...kind.draw(dice), kind: kind.kind, atMs };
      if (mayBegin(planned, next, dice) && atMs + next.forMs < totalMs) planned.push(next);
    }
    atMs += dice.whole(GAP_MS.least, GAP_MS.most);
  }
  return planned;
}

/** Breaks everything at its time, and resolves when all of it has been mended. One that fails to break is told. */
export async function runFaults(
  field: Field,
  planned: readonly PlannedFault[],
  onFault: (fault: PlannedFault) => void,
): Promise<void> {
  const began = performance.now();
  // Some take longer than planned: what is of one domain waits for the one before.
  const domains = new Map<string, Promise<void>>();
  for (const fault of planned) {
    await sleep(Math.max(0, fault.atMs - (performance.now() - began)));
    const { kind, detail } = fault;
    field.history.broken.push({ at: Date.now(), kind, detail });
    onFault(fault);
    const before = domains.get(fault.domain) ?? Promise.resolve();
    const running = before.then(() => fault.run(field));
    domains.set(
      fault.domain,
      running.catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        field.history.broken.push({
          at: Date.now(),
          kind: "fault not possible",
          detail: `${kind}: ${why}`,
        });
      }),
    );
  }
  await Promise.all(domains.values());
}
