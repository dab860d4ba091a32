import type { FaultProxy } from "../../../test/faults/fault-proxy.ts";
import { type HttpFault, http, rpc } from "../../../test/faults/http-faults.ts";
import type { TcpFault } from "../../../test/faults/tcp-proxy.ts";
import type { Field } from "../field/start-field.ts";
import { type Dice, type FaultKind, sleep } from "./fault.ts";

function drawTcp(dice: Dice): TcpFault {
  const kinds = ["refuse", "reset", "blackhole", "delay", "one-way", "drop-reply", "cut"] as const;
  const kind = dice.one(kinds);
  const passes = dice.one(["requests", "replies"] as const);
  switch (kind) {
    case "delay":
      return { kind, ms: dice.whole(20, 400), jitterMs: dice.whole(0, 200) };
    case "one-way":
      return { kind, passes };
    case "cut":
      return { kind, direction: passes, afterBytes: dice.whole(50, 5_000) };
    default:
      return { kind };
  }
}

const HUGE_BYTES = 20_000_000;
const probability = 0.5;

/** What a node answers on a bad day. */
function drawNodeFault(dice: Dice): HttpFault {
  const sends = rpc("eth_sendRawTransaction");
  return dice.one<HttpFault>([
    { effect: { kind: "status", status: 503 }, probability },
    { effect: { kind: "status", status: 429, retryAfterSeconds: 1 }, probability },
    { effect: { kind: "html" }, probability },
    { effect: { kind: "huge", bytes: HUGE_BYTES }, times: 2 },
    { effect: { kind: "hang" }, probability: 0.3 },
    { effect: { kind: "truncated" }, probability },
    { effect: { kind: "wrong-id" }, probability },
    { effect: { kind: "lag", blocks: dice.whole(1, 4) } },
    { effect: { kind: "stale" }, probability },
    { effect: { kind: "drop-reply" }, when: sends },
    { effect: { kind: "hang-after" }, when: sends },
  ]);
}

/** What a wallet or the bank answers on a bad line; `order` picks the requests that move money. */
function drawPartyFault(dice: Dice, order: NonNullable<HttpFault["when"]>): HttpFault {
  return dice.one<HttpFault>([
    { effect: { kind: "status", status: 500 }, probability },
    { effect: { kind: "html" }, probability },
    { effect: { kind: "truncated" }, probability },
    { effect: { kind: "drop-reply" }, when: order },
    { effect: { kind: "hang-after" }, when: order, probability },
    { effect: { kind: "hang" }, when: order, probability },
  ]);
}

async function spoil(line: FaultProxy, fault: HttpFault, ms: number): Promise<void> {
  line.program(fault);
  await sleep(ms);
  await line.heal();
}

async function breakFor(line: FaultProxy, fault: TcpFault, ms: number): Promise<void> {
  await line.breakLine(fault);
  await sleep(ms);
  await line.heal();
}

const toNodes: FaultKind = {
  kind: "line between relayer and node",
  weight: 4,
  draw(dice) {
    const relayer = dice.whole(0, dice.relayers - 1);
    const forMs = dice.whole(500, 5_000);
    const fault = drawTcp(dice);
    return {
      domain: `node ${relayer}`,
      detail: `relayer ${relayer}: ${JSON.stringify(fault)}`,
      forMs,
      async run({ lines }) {
        const line = lines.nodes[relayer];
        if (line) await breakFor(line, fault, forMs);
      },
    };
  },
};

const nodeAnswers: FaultKind = {
  kind: "node's answers",
  weight: 4,
  draw(dice) {
    const relayer = dice.whole(0, dice.relayers - 1);
    const forMs = dice.whole(500, 4_000);
    const fault = drawNodeFault(dice);
    return {
      domain: `node ${relayer}`,
      detail: `relayer ${relayer}: ${JSON.stringify(fault.effect)}`,
      forMs,
      async run({ lines }) {
        const line = lines.nodes[relayer];
        if (line) await spoil(line, fault, forMs);
      },
    };
  },
};

const toDatabases: FaultKind = {
  kind: "line between relayer and PostgreSQL",
  weight: 4,
  draw(dice) {
    const relayer = dice.whole(0, dice.relayers - 1);
    const forMs = dice.whole(500, 5_000);
    const fault = drawTcp(dice);
    return {
      domain: `database ${relayer}`,
      detail: `relayer ${relayer}: ${JSON.stringify(fault)}`,
      forMs,
      async run({ lines }) {
        const line = lines.databases[relayer];
        await line?.set(fault);
        await sleep(forMs);
        await line?.heal();
      },
    };
  },
};

/** A line of all relayers together: to a party, or from one. */
function sharedLine(
  kind: string,
  lineOf: (field: Field) => FaultProxy,
  order: NonNullable<HttpFault["when"]>,
): FaultKind {
  return {
    kind,
    weight: 2,
    draw(dice) {
      const forMs = dice.whole(500, 4_000);
      const inHttp = dice.whole(0, 1) === 1;
      const spoiled = drawPartyFault(dice, order);
      const broken = drawTcp(dice);
      return {
        domain: kind,
        detail: JSON.stringify(inHttp ? spoiled.effect : broken),
        forMs,
        run: (field) =>
          inHttp ? spoil(lineOf(field), spoiled, forMs) : breakFor(lineOf(field), broken, forMs),
      };
    },
  };
}

/** What happens on the way between two parties. */
export const LINE_FAULTS: readonly FaultKind[] = [
  toNodes,
  nodeAnswers,
  toDatabases,
  sharedLine("line to the receiving wallet", ({ lines }) => lines.payee, http("PUT", /credits/)),
  sharedLine("line to the bank", ({ lines }) => lines.bank, http("POST", /./)),
  sharedLine(
    "line from the sending wallet",
    ({ lines }) => lines.relayers,
    http("POST", /\/v1\/transfers/),
  ),
];
