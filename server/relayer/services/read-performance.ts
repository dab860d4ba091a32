import type { ServiceContext } from "../service-context.ts";
import { listLanes } from "../store/attention.ts";
import { countByStage } from "../store/counts.ts";
import { countByMinute, NEWEST_STEPS, readConfirmationTimes } from "../store/flow.ts";

export { NEWEST_STEPS };

/** The time that confirmation and throughput are shown for. */
export const SHOWN_MINUTES = 60;
/** The curve's points, closer together where it is steep and where it matters. */
const SHARES = [
  ...Array.from({ length: 90 }, (_, index) => index / 100),
  ...Array.from({ length: 41 }, (_, index) => Math.min(1, 0.9 + index / 400)),
];
const [HALF, MOST, NEARLY_ALL] = [0.5, 0.95, 0.99];

export interface CurvePoint {
  readonly seconds: number;
  readonly share: number;
}

/** How long transfers take from acceptance to the payee's signed answer: the last hour's, as the relayer sees them. */
export async function readConfirmation({ db }: ServiceContext) {
  const shares = [HALF, MOST, NEARLY_ALL, ...SHARES];
  const { count, seconds } = await readConfirmationTimes(db, { minutes: SHOWN_MINUTES, shares });
  const [p50, p95, p99, ...curve] = seconds;
  return {
    count,
    ...(p50 !== undefined && p95 !== undefined && p99 !== undefined && { p50, p95, p99 }),
    curve: curve.map((each, index): CurvePoint => ({ seconds: each, share: SHARES[index] ?? 1 })),
  };
}

/** Transfers accepted, credited and settled, minute by minute over the last hour; a minute of nothing is there too. */
export async function readThroughput({ db }: ServiceContext, now = new Date()) {
  const rows = await countByMinute(db, SHOWN_MINUTES);
  const counted = new Map(
    rows.map(({ minute, state, count }) => [`${minute.getTime()} ${state}`, count]),
  );
  const last = Math.floor(now.getTime() / 60_000) * 60_000;
  return Array.from({ length: SHOWN_MINUTES }, (_, index) => {
    const at = last - (SHOWN_MINUTES - 1 - index) * 60_000;
    const of = (state: string) => counted.get(`${at} ${state}`) ?? 0;
    return {
      at: new Date(at).toISOString(),
      accepted: of("accepted"),
      credited: of("credited"),
      settled: of("settled"),
    };
  });
}

/** How many transfers came into each state in the last hour. */
export async function readLastHour({ db }: ServiceContext) {
  const sums = new Map<string, number>();
  for (const { state, count } of await countByMinute(db, SHOWN_MINUTES)) {
    sums.set(state, (sums.get(state) ?? 0) + count);
  }
  return Object.fromEntries(sums);
}

/** What waits in each stage and for how long, and each lane's chain transactions. */
export async function readQueues({ db }: ServiceContext) {
  return { stages: await countByStage(db), lanes: await listLanes(db) };
}
