import { expect } from "chai";
import fc from "fast-check";
import {
  edgeFrom,
  isTerminal,
  sourcesOf,
  statesAfter,
  TRANSFER_FACTS,
  TRANSFER_STATES,
  type TransferState,
  targetOf,
  transition,
} from "../../protocol/transfer-state.ts";
import { expectProtocolError } from "./expect-protocol-error.ts";

/** The published table: what each state leads to. */
const PUBLISHED: Record<TransferState, TransferState[]> = {
  accepted: ["reserved", "rejected", "expired"],
  reserved: ["credited", "held", "rejected", "settled", "expired", "disputed"],
  credited: ["settled", "disputed"],
  held: ["credited", "returned", "disputed"],
  settled: ["returned"],
  rejected: [],
  expired: ["disputed"],
  returned: [],
  disputed: ["settled", "rejected", "expired"],
};

describe("the states of a transfer", () => {
  it("lead to what the published table says, and to nothing else", () => {
    for (const state of TRANSFER_STATES) {
      expect(statesAfter(state), state).to.have.members(PUBLISHED[state]);
    }
  });

  it("move by every fact in every state either along an edge or not at all", () => {
    for (const state of TRANSFER_STATES) {
      for (const fact of TRANSFER_FACTS) {
        const target = edgeFrom(state, fact);
        if (target === undefined) expectProtocolError(() => transition(state, fact), "transition");
        else expect(transition(state, fact)).to.equal(target);
      }
    }
  });

  it("are reached by each fact from its sources alone", () => {
    for (const fact of TRANSFER_FACTS) {
      for (const state of TRANSFER_STATES) {
        const moves = sourcesOf(fact).includes(state);
        expect(edgeFrom(state, fact), `${state} ${fact}`).to.equal(
          moves ? targetOf(fact) : undefined,
        );
      }
    }
  });

  it("end: rejected, expired and returned are left by no fact but a contradiction", () => {
    expect(TRANSFER_STATES.filter(isTerminal)).to.have.members(["rejected", "expired", "returned"]);
  });

  it("never credit what was rejected, expired or returned, whatever facts come in whatever order", () => {
    const facts = fc.array(fc.constantFrom(...TRANSFER_FACTS), { maxLength: 30 });
    fc.assert(
      fc.property(facts, (sequence) => {
        let state: TransferState = "accepted";
        let released = false;
        for (const fact of sequence) {
          state = edgeFrom(state, fact) ?? state;
          if (released) expect(["credited", "held", "reserved"]).not.to.include(state);
          released ||= ["rejected", "expired", "returned"].includes(state);
        }
      }),
      { numRuns: 10_000 },
    );
  });
});
