import type { Corridor, ParticipantId, Participants } from "../../../protocol/corridor.ts";
import { accountOf, type ServiceContext } from "../service-context.ts";
import { listHalts } from "../store/halts.ts";
import { listSendLimits } from "../store/send-limits.ts";
import { findBestQuote } from "../store/wholesale-quotes.ts";
import { readRequestKeys } from "./request-keys.ts";
import { toAmount } from "./show-amount.ts";

interface Halted {
  readonly scope: string;
  readonly reason: string;
  readonly since: string;
}

async function readHalted({ db }: ServiceContext): Promise<ReadonlyMap<string, Halted>> {
  const rows = await listHalts(db);
  return new Map(
    rows.map(({ scope, reason, since }) => [scope, { scope, reason, since: since.toISOString() }]),
  );
}

/** What stands in a corridor's way, the nearest first. */
function haltsOn(halted: ReadonlyMap<string, Halted>, { id, payer, payee }: Corridor): Halted[] {
  const scopes = [`corridor:${id}`, `participant:${payer}`, `participant:${payee}`, "reservations"];
  return scopes.flatMap((scope) => halted.get(scope) ?? []);
}

/** The chain's clock, or our own while the chain cannot be asked: pausing a corridor must be possible then, too. */
async function chainTime({ chain }: ServiceContext): Promise<bigint> {
  try {
    return (await chain.finalBlock()).timestamp;
  } catch {
    return BigInt(Math.floor(Date.now() / 1_000));
  }
}

/** Each corridor as it stands: open or not and why, its limits, the day's bound, and the rate it would quote now. */
export async function readCorridorStandings(context: ServiceContext) {
  const halted = await readHalted(context);
  const limits = await listSendLimits(context.db);
  const timestamp = await chainTime(context);
  const read = [...context.corridors.values()].map(async (corridor) => {
    const { id, sendCurrency } = corridor;
    const best = await findBestQuote(context.db, { corridorId: id, until: timestamp });
    const limit = limits.find((each) => each.corridor_id === id);
    return {
      ...corridor,
      halts: haltsOn(halted, corridor),
      paused: halted.has(`corridor:${id}`),
      ...(best && {
        rate: best.rate_major,
        midRate: best.mid_rate,
        validUntil: new Date(Number(best.valid_until) * 1_000).toISOString(),
      }),
      ...(limit && {
        dailyMaximum: toAmount(limit.maximum_minor, sendCurrency),
        sentToday: toAmount(limit.sent_minor, sendCurrency),
        usedShare: Number((limit.sent_minor * 1_000n) / (limit.maximum_minor || 1n)) / 1_000,
      }),
    };
  });
  return Promise.all(read);
}

/** Each company of the corridors: its account, who signs for it, whether it is paused, and its keys. */
export async function readParticipantStandings(context: ServiceContext, directory: Participants) {
  const halted = await readHalted(context);
  const involved = new Set<ParticipantId>(
    [...context.corridors.values()].flatMap(({ payer, payee, banks }) => [payer, payee, ...banks]),
  );
  const read = [...directory.values()]
    .filter(({ id }) => involved.has(id))
    .map(async (company) => {
      const account = accountOf(context, company.id);
      const halt = halted.get(`participant:${company.id}`);
      return {
        ...company,
        account,
        // Undefined while the chain cannot be asked: keys can be ended then, too.
        signer: await context.chain.signerOf(account).catch(() => undefined),
        ...(halt && { halt }),
        keys: company.kind === "wallet" ? (await readRequestKeys(context, company.id)).keys : [],
      };
    });
  return Promise.all(read);
}
