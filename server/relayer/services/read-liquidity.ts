import { type Corridor, type ParticipantId, sendLimits } from "../../../protocol/corridor.ts";
import { receiveFor } from "../../../protocol/rate.ts";
import { quoteMessageSchema } from "../../../protocol/wire/messages.ts";
import type { WireAmount } from "../../../protocol/wire/primitives.ts";
import type { PositionPort } from "../ports/positions.ts";
import { accountOf, type ServiceContext } from "../service-context.ts";
import { readPositionFlows } from "../store/flow.ts";
import { findBestQuote } from "../store/wholesale-quotes.ts";
import { toAmount, toSignedAmount } from "./show-amount.ts";

/** The pace is that of the last minutes. */
export const PACE_MINUTES = 10;
const PACE_SECONDS = PACE_MINUTES * 60;
/** A position that lasts for less than this is low. */
const LOW_SECONDS = 30 * 60;

/** A participant's position in one currency, and how long it lasts. */
export interface Liquidity {
  readonly participant: ParticipantId;
  readonly account: string;
  readonly currency: string;
  readonly positionMinor: bigint;
  readonly position: WireAmount;
  /** What left in the last ten minutes, less what came; below nil when more came. */
  readonly netOut: WireAmount;
  /** How long the position lasts at that pace; undefined while none of it leaves. */
  readonly runwaySeconds?: number;
  /** The largest transfer that has to be paid out of it; undefined when it pays for none. */
  readonly largest?: WireAmount;
  readonly largestMinor?: bigint;
  /** It lasts less than half an hour, or would not pay for the largest transfer. */
  readonly low: boolean;
}

interface Holder {
  readonly participant: ParticipantId;
  readonly currency: string;
  readonly largestMinor: bigint;
}

/** The most that a bank pays out for one transfer, at the best rate in the book; nil without one. */
async function largestReceive({ db }: ServiceContext, corridor: Corridor, now: bigint) {
  const best = await findBestQuote(db, { corridorId: corridor.id, until: now });
  if (!best) return 0n;
  const { rate } = quoteMessageSchema.parse(best.message);
  return receiveFor({ send: sendLimits(corridor).maximum, rate });
}

/** Everybody who holds a position that some corridor moves, with the largest sum that it has to pay at once. */
async function holdersOf(context: ServiceContext, now: bigint): Promise<Holder[]> {
  const holders = new Map<string, Holder>();
  const add = (participant: ParticipantId, currency: string, minor: bigint) => {
    const id = `${participant} ${currency}`;
    const most = holders.get(id)?.largestMinor ?? 0n;
    holders.set(id, { participant, currency, largestMinor: minor > most ? minor : most });
  };
  for (const corridor of context.corridors.values()) {
    const { payer, payee, banks, sendCurrency, receiveCurrency } = corridor;
    const receive = await largestReceive(context, corridor, now);
    add(payer, sendCurrency, sendLimits(corridor).maximum);
    add(payee, receiveCurrency, 0n);
    for (const bank of banks) {
      add(bank, sendCurrency, 0n);
      add(bank, receiveCurrency, receive);
    }
  }
  return [...holders.values()];
}

/** Seconds as a figure of time: sums are divided whole, and only the quotient becomes a number. */
const runwayOf = (position: bigint, netOut: bigint): number | undefined =>
  netOut > 0n ? Number((position * BigInt(PACE_SECONDS)) / netOut) : undefined;

function judge(holder: Holder, read: { account: string; position: bigint; netOut: bigint }) {
  const { currency, largestMinor, participant } = holder;
  const { position, netOut, account } = read;
  const runwaySeconds = runwayOf(position, netOut);
  const pays = largestMinor > 0n;
  return {
    participant,
    account,
    currency,
    positionMinor: position,
    position: toAmount(position, currency),
    netOut: toSignedAmount(netOut, currency),
    ...(runwaySeconds !== undefined && { runwaySeconds }),
    ...(pays && { largest: toAmount(largestMinor, currency), largestMinor }),
    low: pays && (position < largestMinor || (runwaySeconds ?? Infinity) < LOW_SECONDS),
  };
}

/** Every position of every corridor, as the chain shows it at depth. `chain-unavailable` while it cannot be asked. */
export async function readLiquidity(
  context: ServiceContext,
  positions: PositionPort,
): Promise<{ readonly block: number; readonly positions: readonly Liquidity[] }> {
  const block = await context.chain.finalBlock();
  const flows = await readPositionFlows(context.db, PACE_MINUTES);
  const holders = await holdersOf(context, block.timestamp);
  const read = holders.map(async (holder): Promise<Liquidity | undefined> => {
    const token = context.network.tokens[holder.currency];
    if (token === undefined) return undefined;
    const account = accountOf(context, holder.participant);
    const position = await positions.positionOf({ token, account }, block);
    const name = `${holder.participant}/position`;
    const flow = flows.find((each) => each.account === name && each.currency === holder.currency);
    return judge(holder, { account, position, netOut: flow?.net_out ?? 0n });
  });
  const all = await Promise.all(read);
  return { block: block.number, positions: all.filter((each) => each !== undefined) };
}
