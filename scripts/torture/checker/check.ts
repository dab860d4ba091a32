import type { Evidence, Invariant } from "./evidence.ts";
import { signedIntentHonoured } from "./invariants/consent.ts";
import {
  atMostOneOfEach,
  booksReconciled,
  moneyConserved,
  noCreditWithoutReservation,
  releaseAndReturnExclusive,
} from "./invariants/money.ts";
import {
  auditComplete,
  endsAreTold,
  noncesAccountedFor,
  noStaleOwner,
  nothingPersonalOutside,
} from "./invariants/records.ts";
import {
  noAcceptedRequestLost,
  oneRequestOneTransfer,
  screenedBeforeMoney,
  tenantsIsolated,
} from "./invariants/requests.ts";
import {
  boundedLiveness,
  chainAndApiAgree,
  monotonicStates,
  terminalIsTerminal,
  unknownStaysUnknown,
} from "./invariants/states.ts";

/** Every statement that must hold, by its number. */
export const INVARIANTS = {
  I1: noAcceptedRequestLost,
  I2: oneRequestOneTransfer,
  I3: noCreditWithoutReservation,
  I4: atMostOneOfEach,
  I5: moneyConserved,
  I6: chainAndApiAgree,
  I7: boundedLiveness,
  I8: terminalIsTerminal,
  I9: monotonicStates,
  I10: booksReconciled,
  I11: endsAreTold,
  I12: signedIntentHonoured,
  I13: releaseAndReturnExclusive,
  I14: noStaleOwner,
  I15: noncesAccountedFor,
  I16: auditComplete,
  I17: unknownStaysUnknown,
  I18: tenantsIsolated,
  I19: screenedBeforeMoney,
  I20: nothingPersonalOutside,
} as const satisfies Readonly<Record<string, Invariant>>;
export type InvariantId = keyof typeof INVARIANTS;

/** One contradiction. */
export interface Violation {
  readonly invariant: InvariantId;
  readonly what: string;
}

/** Holds the evidence against every statement, but those that cannot hold yet. */
export function check(evidence: Evidence, except: readonly InvariantId[] = []): Violation[] {
  return (Object.keys(INVARIANTS) as InvariantId[])
    .filter((invariant) => !except.includes(invariant))
    .flatMap((invariant) => INVARIANTS[invariant](evidence).map((what) => ({ invariant, what })));
}
