import type { PositionPort } from "../ports/positions.ts";
import type { ServiceContext } from "../service-context.ts";
import { type LaneStanding, listBacklogs, listLanes, listOverdue } from "../store/attention.ts";
import { listCases } from "../store/cases.ts";
import { findCheckpoint } from "../store/checkpoints.ts";
import { listCycles } from "../store/cycles.ts";
import { listHalts } from "../store/halts.ts";
import { countOversight } from "../store/oversight-counts.ts";
import { OVERDUE_SECONDS } from "./batch-acts.ts";
import { type Liquidity, readLiquidity } from "./read-liquidity.ts";

/** A newest block so old says that the chain, or our node, stands still. */
const STILL_SECONDS = 60;
/** Final blocks that are not followed yet. */
const MAX_BEHIND = 50;
/** A chain transaction that is signed and not mined for so long. */
const UNMINED_SECONDS = 60;
/** Steps and acts that the audit log has not taken yet. */
const MAX_OUTBOX = 1_000;
/** A pending delivery that has never failed is no news until it is so old. */
const BACKLOG_SECONDS = 60;
const LISTED = 20;

/** Whether the chain goes on, and whether we follow it. */
export interface ChainStanding {
  readonly state: "moving" | "still" | "behind" | "unreachable";
  readonly finalBlock?: number;
  readonly followedBlock?: number;
  readonly newestAt?: string;
}

/** The chain as the relayer's node shows it. It never throws: a node that is away is what it is there to tell. */
export async function readChainStanding({ chain, db }: ServiceContext): Promise<ChainStanding> {
  const followed = (await findCheckpoint(db))?.number;
  try {
    const [final, newest] = await Promise.all([chain.finalBlock(), chain.newestBlock()]);
    const age = Date.now() / 1_000 - Number(newest.timestamp);
    const behind = final.number - (followed ?? final.number);
    return {
      state: age > STILL_SECONDS ? "still" : behind > MAX_BEHIND ? "behind" : "moving",
      finalBlock: final.number,
      ...(followed !== undefined && { followedBlock: followed }),
      newestAt: new Date(Number(newest.timestamp) * 1_000).toISOString(),
    };
  } catch {
    return { state: "unreachable", ...(followed !== undefined && { followedBlock: followed }) };
  }
}

async function readLow(
  context: ServiceContext,
  positions: PositionPort,
): Promise<readonly Liquidity[]> {
  try {
    return (await readLiquidity(context, positions)).positions.filter(({ low }) => low);
  } catch {
    // The chain cannot be asked: that is said by itself.
    return [];
  }
}

const isStuck = (lane: LaneStanding) => lane.oldest_seconds > UNMINED_SECONDS;

/** What needs people, each list bounded. Nothing in any of them: there is nothing to do. */
export async function readAttention(context: ServiceContext, positions: PositionPort) {
  const { db } = context;
  const open = (await listCases(db, LISTED)).filter(({ resolved_at }) => resolved_at === null);
  const { outbox } = await countOversight(db);
  const backlogs = await listBacklogs(db, LISTED);
  const waited = (oldest: Date | null) =>
    oldest !== null && Date.now() - oldest.getTime() > BACKLOG_SECONDS * 1_000;
  const [cycle] = await listCycles(db, 1);
  return {
    cases: open,
    halts: await listHalts(db),
    overdue: await listOverdue(db, { seconds: OVERDUE_SECONDS, limit: LISTED }),
    backlogs: backlogs.filter(
      ({ dead, failing, state, oldest }) =>
        dead > 0 || failing > 0 || state === "disabled" || waited(oldest),
    ),
    low: await readLow(context, positions),
    ...(cycle?.state === "differs" && { differingCycle: cycle.id }),
    chain: await readChainStanding(context),
    lanes: (await listLanes(db)).filter(isStuck),
    ...(outbox > MAX_OUTBOX && { outbox }),
  };
}

export type Attention = Awaited<ReturnType<typeof readAttention>>;
