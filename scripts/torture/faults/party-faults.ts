import type { WireFault } from "../../../server/foundation/simulator/fault.ts";
import { programFaults } from "../../../server/local/program-faults.ts";
import { STALE_DIRECTORY } from "../load/people.ts";
import { type Dice, type FaultKind, sleep } from "./fault.ts";

const CREDIT = "PUT /credits/{batchId}";

/**
 * What a receiving wallet may do and still be honest: it credits once, whatever it says. One that refuses and credits
 * later, or credits twice, breaks the rules itself; that is not what a relayer can mend.
 */
function drawCredit(dice: Dice): WireFault {
  const route = CREDIT;
  return dice.one<WireFault>([
    { route, mode: "latency", ms: dice.whole(200, 3_000) },
    { route, mode: "hang" },
    { route, mode: "garbage" },
    { route, mode: "execute-then-500" },
    { route, mode: "execute-then-reset" },
    { route, mode: "execute-then-hang" },
    { route, mode: "execute-then-garbage" },
    { route, mode: "accept-then-never" },
  ]);
}

function drawBank(dice: Dice): WireFault {
  const route = dice.one(["POST /fx/quotes", "POST /cycles/{id}/confirm"]);
  return dice.one<WireFault>([
    { route, mode: "latency", ms: dice.whole(200, 3_000) },
    { route, mode: "hang" },
    { route, mode: "garbage" },
    { route, mode: "execute-then-500" },
    { route, mode: "execute-then-reset" },
    { route, mode: "execute-then-hang" },
    { route, mode: "late-flip", seconds: 2 },
  ]);
}

const payee: FaultKind = {
  kind: "receiving wallet misbehaves",
  weight: 4,
  draw(dice) {
    const fault = drawCredit(dice);
    const forMs = dice.whole(1_000, 5_000);
    return {
      domain: "receiving wallet",
      detail: fault.mode,
      forMs,
      async run({ corridor, route }) {
        const control = corridor.controlUrl(route.payee);
        await programFaults(control, [STALE_DIRECTORY, fault]);
        await sleep(forMs);
        await programFaults(control, [STALE_DIRECTORY]);
      },
    };
  },
};

const bank: FaultKind = {
  kind: "bank misbehaves",
  weight: 2,
  draw(dice) {
    const fault = drawBank(dice);
    const forMs = dice.whole(1_000, 5_000);
    return {
      domain: "bank",
      detail: `${fault.mode} of ${fault.route}`,
      forMs,
      async run({ corridor }) {
        const control = corridor.controlUrl(corridor.plan.bank.participant.id);
        await programFaults(control, [fault]);
        await sleep(forMs);
        await programFaults(control, []);
      },
    };
  },
};

const inbox: FaultKind = {
  kind: "webhook receiver refuses",
  weight: 1,
  draw(dice) {
    const forMs = dice.whole(500, 3_000);
    const status = dice.one([500, 503, 429]);
    return {
      domain: "webhooks",
      detail: `${status}`,
      forMs,
      async run(field) {
        field.inbox.answer(status);
        await sleep(forMs);
        field.inbox.answer(204);
      },
    };
  },
};

/** What the other parties do wrong. */
export const PARTY_FAULTS: readonly FaultKind[] = [payee, bank, inbox];
