import { waitFor } from "../../server/local/wait-for.ts";
import { check, type Violation } from "../torture/checker/check.ts";
import type { ChainReader } from "../torture/checker/read-chain.ts";
import { readEvidence } from "../torture/checker/read-evidence.ts";
import type { Field } from "../torture/field/start-field.ts";
import { type Load, payUntil } from "../torture/load/orders.ts";
import { settleDown } from "../torture/settle-down.ts";
import { type CellPlan, type CellResult, failpointOf, hitMark } from "./cell.ts";

/** What stays between cells: one corridor for all of them. */
export interface CrashGround {
  readonly field: Field;
  readonly load: Load;
  readonly reader: ChainReader;
  /** Contradictions that were told before: each counts once. */
  readonly told: Set<string>;
}

/** More than a lease of 2.5 s. */
const PAUSE_MS = 4_000;
const HIT_PATIENCE_MS = 60_000;
const AFTERMATH_MS = 300;
const REST_PATIENCE_MS = 90_000;
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Lets happen what the failpoint alone does not do; resolves when what was gone is back. */
async function seeThrough({ field }: CrashGround, plan: CellPlan): Promise<void> {
  const { crash, victim, repetition } = plan;
  if (crash === "stop") {
    await sleep(PAUSE_MS);
    field.crew.resume(victim);
  }
  if (crash !== "database") return;
  if (repetition % 2 === 0) await field.postgres.crash();
  else await field.postgres.terminateBackends(field.database);
}

/** Pays until the point is reached; answers whether it was. */
async function payUntilHit(ground: CrashGround, plan: CellPlan): Promise<boolean> {
  const { field, load } = ground;
  const { crew } = field;
  const from = crew.logOf(plan.victim).length;
  const isHit = async () => crew.logOf(plan.victim).slice(from).includes(hitMark(plan));
  await crew.healAll(plan.victim);
  await crew.restart(plan.victim, { FAILPOINTS: failpointOf(plan) });
  await field.lines.balancer.prefer(plan.victim);
  const stop = new AbortController();
  const paying = payUntil(field, load, stop.signal);
  const hit = await waitFor(isHit, (seen) => seen, HIT_PATIENCE_MS);
  const through = hit ? seeThrough(ground, plan) : undefined;
  await sleep(AFTERMATH_MS);
  stop.abort();
  await field.lines.balancer.prefer();
  await through;
  await paying;
  return hit;
}

const textOf = ({ invariant, what }: Violation) => `${invariant}: ${what}`;

/** What does not hold and was not told before. */
export async function newViolations(
  { field, reader, told }: CrashGround,
  webhooks: boolean,
): Promise<string[]> {
  const evidence = await readEvidence(field, reader);
  const found = check(evidence, webhooks ? [] : ["I11"]).map(textOf);
  const fresh = found.filter((violation) => !told.has(violation));
  for (const violation of fresh) told.add(violation);
  return fresh;
}

/**
 * Crashes one relayer at one point under load, and waits until the others, or it itself, have brought everything to its
 * end. A relayer that was killed stays dead until the next cell.
 */
export async function runCell(ground: CrashGround, plan: CellPlan): Promise<CellResult> {
  const { field } = ground;
  const fromOrder = field.history.orders.length;
  const hit = await payUntilHit(ground, plan);
  const began = performance.now();
  const rest = await settleDown(field, {
    patienceMs: REST_PATIENCE_MS,
    webhooks: false,
    fromOrder,
  });
  const recoveredMs = Math.round(performance.now() - began);
  const open = rest.open.map((what) => `not at rest: ${what}`);
  const violations = [...open, ...(await newViolations(ground, false))];
  return { hit, violations, recoveredMs };
}
