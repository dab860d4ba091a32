import type { ChainConnection } from "../../foundation/chain/connect.ts";
import {
  type Checkpoint,
  type EventSpan,
  followNextSpan,
  ReorganisedError,
} from "../../foundation/chain/follow-events.ts";
import { readBlock } from "../../foundation/chain/read-blocks.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { inOneCommit } from "../../foundation/storage/open-sqlite.ts";
import { bookCorridorEvent } from "./book-corridor-event.ts";
import { bookTokenEvent } from "./book-token-event.ts";
import type { Books, TimedLog } from "./books.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint-store.ts";

/** The bank's own reading of the chain, which its ledger is kept from. */
export interface ChainFollower {
  /** Books the next span of final blocks; answers whether more may follow at once. */
  follow(): Promise<boolean>;
  /** The last block that is booked. */
  followedTo(): number;
  /** Why the bank has stopped, if it has. */
  halted(): string | undefined;
  /** @throws ProblemError `chain-unavailable` while the bank has stopped. */
  assertFollowing(): void;
}

/**
 * Follows the corridor and the bank's tokens from `firstBlock` on, in order. Events and checkpoint are one
 * commit, so that a crash at any moment neither loses nor doubles an entry. When a followed block is
 * replaced, or events contradict the ledger, it stops and says so, and only tries the same again: entries
 * that may never have happened are for people to undo.
 */
export async function createFollower(
  connection: ChainConnection,
  books: Books,
  firstBlock: number,
): Promise<ChainFollower> {
  let checkpoint = readCheckpoint(books.db) ?? (await blockBefore(connection, firstBlock));
  let halted: string | undefined;
  const addresses = [books.corridor, ...books.tokens.tokens.map(({ address }) => address)];

  async function apply(span: EventSpan): Promise<void> {
    const logs = await withTimes(connection, span);
    const reached = { number: span.to.number, hash: span.to.hash };
    try {
      inOneCommit(books.db, () => {
        for (const timed of logs) bookEvent(books, timed);
        writeCheckpoint(books.db, reached);
      });
    } catch (error) {
      halted = `blocks ${span.from} to ${span.to.number} cannot be booked`;
      throw error;
    }
    checkpoint = reached;
  }

  return {
    async follow() {
      try {
        const more = await followNextSpan(connection, {
          addresses,
          checkpoint: () => checkpoint,
          apply,
        });
        halted = undefined;
        return more;
      } catch (error) {
        if (error instanceof ReorganisedError) halted = error.message;
        throw error;
      }
    },
    followedTo: () => checkpoint.number,
    halted: () => halted,
    assertFollowing() {
      if (halted === undefined) return;
      throw new ProblemError("chain-unavailable", `the bank has stopped: ${halted}`);
    },
  };
}

function bookEvent(books: Books, timed: TimedLog): void {
  if (timed.log.address === books.corridor.toLowerCase()) {
    bookCorridorEvent(books, timed);
    return;
  }
  const currency = books.tokens.currencyOf(timed.log.address);
  if (currency !== undefined) bookTokenEvent(books, timed, currency);
}

/** The logs in the chain's order, each with its block's time, if its block is still the chain's. */
async function withTimes(connection: ChainConnection, { logs }: EventSpan): Promise<TimedLog[]> {
  const times = new Map<number, bigint>();
  for (const { blockNumber, blockHash } of logs) {
    if (times.has(blockNumber)) continue;
    const block = await readBlock(connection, blockNumber);
    if (block?.hash !== blockHash) {
      throw new Error(`block ${blockNumber} changed while it was read`);
    }
    times.set(blockNumber, block.timestamp);
  }
  return [...logs]
    .sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex)
    .map((log) => ({ log, at: times.get(log.blockNumber) ?? 0n }));
}

async function blockBefore(connection: ChainConnection, first: number): Promise<Checkpoint> {
  const number = Math.max(0, first - 1);
  const block = await readBlock(connection, number);
  if (block === undefined) throw new Error(`the node has no block ${number}`);
  return { number, hash: block.hash };
}
