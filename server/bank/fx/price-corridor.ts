import type { Corridor } from "../../../protocol/corridor.ts";
import { currencyOf } from "../../../protocol/currency.ts";
import { applyMargin, majorRateOf, type Rate, rateFromMajor } from "../../../protocol/rate.ts";
import type { MidRate, RateSource } from "./ecb-series.ts";

/** What the bank asks for in a corridor now. */
export interface Price {
  /** The mid rate as ISO 20022 can state it: what the margin is taken from. */
  readonly mid: MidRate;
  readonly midRate: Rate;
  /** The quoted rate between major units, as a pacs.008 states it. */
  readonly rateMajor: string;
  readonly rate: Rate;
}

/**
 * Prices a corridor: the source's mid rate, rounded down to BaseOneRate so that it can be shown whole,
 * less the corridor's margin, rounded down again. Anybody can compute it from what the answer shows.
 *
 * @throws ProblemError or ProtocolError if there is no usable rate.
 */
export function priceCorridor(rates: RateSource, corridor: Corridor): Price {
  const scales = {
    sendScale: currencyOf(corridor.sendCurrency).scale,
    receiveScale: currencyOf(corridor.receiveCurrency).scale,
  };
  const exact = rates.midRate({ send: corridor.sendCurrency, receive: corridor.receiveCurrency });
  const midRate = rateFromMajor({ major: exact.value, ...scales });
  const mid = { ...exact, value: majorRateOf(midRate, scales) };
  const lessMargin = applyMargin({ mid: mid.value, marginBps: corridor.marginBps });
  const rate = rateFromMajor({ major: lessMargin, ...scales });
  return { mid, midRate, rate, rateMajor: majorRateOf(rate, scales) };
}
