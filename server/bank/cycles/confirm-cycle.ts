import { createHash } from "node:crypto";
import type { CycleRequest, WireCycleAnswer } from "../../../protocol/wire/bank.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { inOneCommit } from "../../foundation/storage/open-sqlite.ts";
import type { ChainFollower } from "../chain/follow-chain.ts";
import type { TokenRegistry } from "../chain/token-registry.ts";
import type { BankDatabase } from "../ledger/open-ledger.ts";
import { findCycle, saveCycle } from "./cycle-store.ts";
import { type Movement, readMovements } from "./read-movements.ts";

/** Where cut-off cycles are compared. */
export interface CycleDesk {
  readonly db: BankDatabase;
  readonly tokens: TokenRegistry;
  readonly follower: Pick<ChainFollower, "followedTo" | "assertFollowing">;
  /** The bank's own clock, in Unix seconds. */
  readonly now: () => bigint;
}

/**
 * Compares a cycle's movements with the bank's own ledger and answers agreed, or every difference. An
 * agreed cycle is final: the same body again gets the same answer. One with differences may be sent
 * again, corrected. Nothing is paid on this message; an agreed cycle lets the treasury sweep.
 *
 * @throws ProblemError `chain-unavailable` (try later) if the bank has not read that far, or
 * `idempotency-key-reused` if an agreed cycle comes with another body.
 */
export function confirmCycle(
  desk: CycleDesk,
  cycle: { readonly id: string; readonly body: CycleRequest },
): WireCycleAnswer {
  const { id, body } = cycle;
  const bodyHash = hashOf(body);
  const known = findCycle(desk.db, id);
  if (known?.answer.agreed === true) {
    if (known.bodyHash === bodyHash) return known.answer;
    throw new ProblemError("idempotency-key-reused", "this cycle was agreed with another body", {
      remedy: "use a new id for another cycle",
    });
  }
  desk.follower.assertFollowing();
  if (desk.follower.followedTo() < body.toBlock) {
    throw new ProblemError("chain-unavailable", `block ${body.toBlock} is not booked yet`);
  }
  return inOneCommit(desk.db, () => {
    const booked = readMovements(desk, { from: body.fromBlock, to: body.toBlock });
    const differences = compare(statedMovements(body), booked);
    const answer: WireCycleAnswer =
      differences.length === 0 ? { agreed: true } : { agreed: false, differences };
    saveCycle(desk.db, { id, bodyHash, answer }, desk.now());
    return answer;
  });
}

function statedMovements(body: CycleRequest): Movement[] {
  return body.movements.map(({ account, token, netMinor }) => ({ account, token, net: netMinor }));
}

/** Every account and token of which the two sides say different sums; an unnamed one says zero. */
function compare(stated: readonly Movement[], booked: readonly Movement[]) {
  const statedSums = sumsOf(stated);
  const bookedSums = sumsOf(booked);
  const keys = new Map([...booked, ...stated].map((movement) => [keyOf(movement), movement]));
  return [...keys].flatMap(([key, { account, token }]) => {
    const statedMinor = statedSums.get(key) ?? 0n;
    const bookedMinor = bookedSums.get(key) ?? 0n;
    if (statedMinor === bookedMinor) return [];
    const sums = { statedMinor: statedMinor.toString(), bookedMinor: bookedMinor.toString() };
    return [{ account, token, ...sums }];
  });
}

function sumsOf(movements: readonly Movement[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const movement of movements) {
    const key = keyOf(movement);
    sums.set(key, (sums.get(key) ?? 0n) + movement.net);
  }
  return sums;
}

function keyOf({ account, token }: Movement): string {
  return `${account} ${token}`;
}

/** The body's hash over its parsed form, in which equal bodies are written alike. */
function hashOf({ fromBlock, toBlock, movements }: CycleRequest): string {
  const lines = movements.map(({ account, token, netMinor }) => `${account} ${token} ${netMinor}`);
  const text = [fromBlock, toBlock, ...lines.sort()].join("\n");
  return createHash("sha256").update(text).digest("hex");
}
