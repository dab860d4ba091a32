import type { Corridor, ParticipantId, Participants } from "../../../protocol/corridor.ts";
import { formatAmount, minorUnits } from "../../../protocol/money.ts";
import type {
  WireParticipantList,
  WirePositionList,
  WireRateList,
} from "../../../protocol/wire/market.ts";
import type { PositionPort } from "../ports/positions.ts";
import { accountOf, type ServiceContext } from "../service-context.ts";
import { findBestQuote } from "../store/wholesale-quotes.ts";
import { neededUntil } from "./refresh-quote-book.ts";

const timeOf = (seconds: bigint) => new Date(Number(seconds) * 1_000).toISOString();

const corridorsFrom = ({ corridors }: ServiceContext, payer: ParticipantId): Corridor[] =>
  [...corridors.values()].filter((corridor) => corridor.payer === payer);

/** The companies that a wallet's corridors lead through. */
export function readParticipants(
  context: ServiceContext,
  directory: Participants,
  caller: ParticipantId,
): WireParticipantList {
  const ids = corridorsFrom(context, caller).flatMap(({ payee, banks }) => [payee, ...banks]);
  const participants = [...new Set([caller, ...ids])].flatMap((id) => {
    const company = directory.get(id);
    return company ? [{ ...company, account: accountOf(context, id) }] : [];
  });
  return { participants };
}

/** What a wallet holds in each token, read from the chain at the network's depth. */
export async function readPositions(
  context: ServiceContext,
  chain: PositionPort,
  caller: ParticipantId,
): Promise<WirePositionList> {
  const account = accountOf(context, caller);
  const block = await context.chain.finalBlock();
  const tokens = Object.entries(context.network.tokens);
  const positions = await Promise.all(
    tokens.map(async ([currency, token]) => {
      const minor = await chain.positionOf({ token, account }, block);
      return { token, amount: { value: formatAmount(minorUnits(minor), currency), currency } };
    }),
  );
  return { account, blockNumber: block.number, at: timeOf(block.timestamp), positions };
}

/** The rate that a quote made now would have, for each of a wallet's open corridors that has one in the book. */
export async function readRates(
  context: ServiceContext,
  caller: ParticipantId,
): Promise<WireRateList> {
  const { timestamp } = await context.chain.finalBlock();
  const rates: WireRateList["rates"] = [];
  for (const corridor of corridorsFrom(context, caller)) {
    if (corridor.status !== "open") continue;
    const until = neededUntil(corridor, timestamp);
    const best = await findBestQuote(context.db, { corridorId: corridor.id, until });
    if (!best) continue;
    const { rate_major: rate, mid_rate: midRate, valid_until: validUntil } = best;
    rates.push({ corridor: corridor.id, rate, midRate, validUntil: timeOf(validUntil) });
  }
  return { rates };
}
