import type { Measured, Path, TargetResult } from "./measured.ts";

/** Figures of a whole report, by the names that the runs give their loads. */
function findIn(measured: readonly Measured[]) {
  const named = (part: string, path?: Path) =>
    measured.find(({ name, path: its }) => name.includes(part) && (!path || its === path));
  return {
    idle: named("idle, single"),
    second: named("50/s, single, blocks of 1000 ms"),
    peakSingle: named("peak, single"),
    peakBatch: named("peak, batch"),
    chainBatches: named("chain: batches", "chain: batches"),
    naiveOne: named("blocks at once", "naive: one by one"),
    naiveAll: named("", "naive: all at once"),
    few: named("1000 stored"),
    many: named("1000000 stored"),
  };
}

const ratioOf = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? undefined : a / b;

function result(
  figure: string,
  target: string,
  values: { readonly ours: number | undefined; readonly unit: string },
  isMet: (value: number) => boolean,
): TargetResult {
  const { ours, unit } = values;
  if (ours === undefined || !Number.isFinite(ours)) {
    return { figure, target, ours: "", met: undefined };
  }
  return { figure, target, ours: `${Number(ours.toPrecision(3))}${unit}`, met: isMet(ours) };
}

/** What an embedded database holds by itself, in MiB: the greatest of what idle ones were seen to hold. */
const IDLE_PGLITE_MIB = 560;
const MEMORY_MIB = 300;
/** The relayer may grow by so much in half a minute at its peak: young objects that are not collected yet. */
const FLAT_MIB = 50;

function memoryResults(peak: Measured | undefined, label: string): TargetResult[] {
  const relayer = peak?.usage?.["relayer"];
  const limit = peak?.store === "pglite" ? MEMORY_MIB + IDLE_PGLITE_MIB : MEMORY_MIB;
  return [
    result(
      `memory of the relayer at peak, ${label}, ${peak?.store ?? ""}`,
      `<= ${limit} MiB`,
      { ours: relayer?.maximumMiB, unit: " MiB" },
      (value) => value <= limit,
    ),
    result(
      `growth of the relayer at peak, ${label}`,
      `flat: <= ${FLAT_MIB} MiB`,
      { ours: relayer?.grownMiB, unit: " MiB" },
      (value) => value <= FLAT_MIB,
    ),
  ];
}

/** The targets, each with what a report has measured; "no figure" where it has not. */
export function compareWithTargets(measured: readonly Measured[]): TargetResult[] {
  const found = findIn(measured);
  const { idle, second, peakSingle, peakBatch, naiveOne, naiveAll, chainBatches } = found;
  const idleP50 = idle?.latencies?.p50;
  const intervals = ratioOf(second?.latencies?.p99, second?.blockTimeMs);
  const cost = ratioOf(found.many?.perTransfer?.cpuMicros, found.few?.perTransfer?.cpuMicros);
  const times = (a: Measured | undefined, b: Measured | undefined) =>
    ratioOf(a?.perSecond, b?.perSecond);
  return [
    result("idle p50, single", "<= 20 ms", { ours: idleP50, unit: " ms" }, (ms) => ms <= 20),
    result(
      "idle p50, single, over naive one by one",
      "< 1",
      { ours: ratioOf(idleP50, naiveOne?.latencies?.p50), unit: "" },
      (ratio) => ratio < 1,
    ),
    result(
      "p99 at 50/s, blocks of 1 s, single",
      "<= 1.3 block intervals",
      { ours: intervals, unit: "" },
      (value) => value <= 1.3,
    ),
    result(
      "peak, single",
      ">= 400/s",
      { ours: peakSingle?.perSecond, unit: "/s" },
      (value) => value >= 400,
    ),
    result(
      "peak, single, over naive one by one",
      ">= 15",
      { ours: times(peakSingle, naiveOne), unit: "" },
      (ratio) => ratio >= 15,
    ),
    result(
      "peak, batch",
      ">= 5000/s",
      { ours: peakBatch?.perSecond, unit: "/s" },
      (value) => value >= 5_000,
    ),
    result(
      "peak, batch, over naive all at once",
      ">= 10",
      { ours: times(peakBatch, naiveAll), unit: "" },
      (ratio) => ratio >= 10,
    ),
    result(
      "peak, batch, over the chain's limit",
      ">= 0.33",
      { ours: times(peakBatch, chainBatches), unit: "" },
      (ratio) => ratio >= 0.33,
    ),
    ...memoryResults(peakSingle, "single"),
    ...memoryResults(peakBatch, "batch"),
    result(
      "cost of a transfer with 10^6 stored over 10^3",
      "<= 1.1",
      { ours: cost, unit: "" },
      (ratio) => ratio <= 1.1,
    ),
  ];
}
