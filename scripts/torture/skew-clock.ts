/** Loaded before a service (`node --import`): its wall clock is off by SKEW_MS. Its monotonic clock is not. */
const OFF_MS = Number(process.env["SKEW_MS"] ?? 0);
const TrueDate = Date;
const now = () => TrueDate.now() + OFF_MS;

class SkewedDate extends TrueDate {
  constructor(...given: [] | ConstructorParameters<DateConstructor>) {
    if (given.length === 0) super(now());
    else super(...(given as [number]));
  }
  static override now(): number {
    return now();
  }
}

globalThis.Date = SkewedDate as unknown as DateConstructor;
