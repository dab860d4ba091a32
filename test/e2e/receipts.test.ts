import { createHash, randomUUID } from "node:crypto";
import { expect } from "chai";
import type { Address } from "../../protocol/messages.ts";
import { proofKeyText } from "../../protocol/proof-key.ts";
import type { WireReceipt } from "../../protocol/wire/receipt.ts";
import type { WireBatchRequest } from "../../protocol/wire/relayer.ts";
import type { ReceiptStepName } from "../../sdk/verify/receipt-checks.ts";
import { type ReceiptReader, verifyReceipt } from "../../sdk/verify/verify-receipt.ts";
import { createDirectPayer, type DirectPayer } from "../../server/local/direct-payer.ts";
import { eventually } from "./eventually.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { newPair } from "./people.ts";
import { sharedCorridor } from "./shared-corridor.ts";

const AMOUNT = { value: "100.00", currency: "HKD" };
const CLOSED = 2;

/** A hexadecimal text with its last digit changed. */
const bent = (hex: string) => hex.slice(0, -1) + (hex.endsWith("1") ? "2" : "1");
const more = (integer: string) => (BigInt(integer) + 1n).toString();

type Tampering = readonly [field: string, (receipt: WireReceipt) => WireReceipt, ReceiptStepName];

const quoteWith = (change: Partial<WireReceipt["quote"]>) => (receipt: WireReceipt) => ({
  ...receipt,
  quote: { ...receipt.quote, ...change },
});
const ELSE = "0x00000000000000000000000000000000000000ee";

/** Each field of a receipt, changed, and the first step that must fail. */
const TAMPERINGS: readonly Tampering[] = [
  ["version", (r) => ({ ...r, version: 2 as 1 }), "form"],
  ["an added field", (r) => ({ ...r, note: "x" }) as WireReceipt, "form"],
  ["chainId", (r) => ({ ...r, chainId: "1" }), "deployment"],
  ["corridorContract", (r) => ({ ...r, corridorContract: ELSE }), "deployment"],
  ["quote.bank", quoteWith({ bank: ELSE }), "quote-signature"],
  ["quote.payer", quoteWith({ payer: ELSE }), "quote-signature"],
  ["quote.payee", quoteWith({ payee: ELSE }), "quote-signature"],
  ["quote.sendToken", quoteWith({ sendToken: ELSE }), "quote-signature"],
  ["quote.receiveToken", quoteWith({ receiveToken: ELSE }), "quote-signature"],
  ["quote.rate", (r) => quoteWith({ rate: more(r.quote.rate) })(r), "quote-signature"],
  ["quote.maxSend", (r) => quoteWith({ maxSend: more(r.quote.maxSend) })(r), "quote-signature"],
  ["quote.validUntil", quoteWith({ validUntil: "1" }), "quote-signature"],
  ["quote.settleUntil", quoteWith({ settleUntil: "1" }), "quote-signature"],
  ["quote.returnUntil", quoteWith({ returnUntil: "1" }), "quote-signature"],
  ["quote.salt", quoteWith({ salt: "1" }), "quote-signature"],
  ["quoteSignature", (r) => ({ ...r, quoteSignature: r.batchSignature }), "quote-signature"],
  [
    "batch.root",
    (r) => ({ ...r, batch: { ...r.batch, root: bent(r.batch.root) } }),
    "batch-signature",
  ],
  [
    "batch.quoteHash",
    (r) => ({ ...r, batch: { ...r.batch, quoteHash: bent(r.batch.quoteHash) } }),
    "batch-quote",
  ],
  [
    "batch.sendTotal",
    (r) => ({ ...r, batch: { ...r.batch, sendTotal: more(r.batch.sendTotal) } }),
    "batch-signature",
  ],
  ["batch.count", (r) => ({ ...r, batch: { ...r.batch, count: 4 } }), "batch-signature"],
  ["batchSignature", (r) => ({ ...r, batchSignature: r.quoteSignature }), "batch-signature"],
  ["index", (r) => ({ ...r, index: r.index + 1 }), "inclusion"],
  [
    "instruction.commitment",
    (r) => ({
      ...r,
      instruction: { ...r.instruction, commitment: bent(r.instruction.commitment) },
    }),
    "inclusion",
  ],
  [
    "instruction.sendMinor",
    (r) => ({ ...r, instruction: { ...r.instruction, sendMinor: "9" } }),
    "inclusion",
  ],
  [
    "instruction.receiveMinor",
    (r) => ({ ...r, instruction: { ...r.instruction, receiveMinor: "9" } }),
    "inclusion",
  ],
  ["siblings", (r) => ({ ...r, siblings: r.siblings.map(bent) }), "inclusion"],
  ["fewer siblings", (r) => ({ ...r, siblings: r.siblings.slice(1) }), "inclusion"],
  [
    "outcome.rejections",
    (r) => ({ ...r, outcome: { signature: r.outcome?.signature ?? "0x", rejections: "0x" } }),
    "outcome-signature",
  ],
  [
    "outcome.rejections, cut short",
    (r) => ({ ...r, outcome: { signature: r.outcome?.signature ?? "0x", rejections: "0x00" } }),
    "outcome-signature",
  ],
  [
    "outcome.signature",
    (r) => ({
      ...r,
      outcome: { rejections: r.outcome?.rejections ?? "0x", signature: r.batchSignature },
    }),
    "outcome-signature",
  ],
];

/** What only a node can tell to be wrong. */
const CHAIN_TAMPERINGS: readonly Tampering[] = (["reserved", "settled"] as const).flatMap(
  (kind): Tampering[] => [
    [
      `chain.${kind}.transactionHash`,
      (r) => {
        const reference = {
          blockNumber: 0,
          ...r.chain[kind],
          transactionHash: `0x${"5".repeat(64)}`,
        };
        return { ...r, chain: { ...r.chain, [kind]: reference } };
      },
      "chain-references",
    ],
    [
      `chain.${kind}.blockNumber`,
      (r) => {
        const reference = { transactionHash: "0x", ...r.chain[kind], blockNumber: 9_999_999 };
        return { ...r, chain: { ...r.chain, [kind]: reference } };
      },
      "chain-references",
    ],
  ],
);

describe("receipts", () => {
  let test: TestCorridor;
  let payer: DirectPayer;
  let order: WireBatchRequest;
  let receipts: WireReceipt[];
  let offline: ReceiptReader;
  let online: ReceiptReader;

  before(async () => {
    test = await sharedCorridor();
    payer = createDirectPayer(test.corridor);
    const { network, plan, rpcUrl } = test.corridor;
    const deployment = { chainId: network.chainId, corridor: network.corridor };
    const signerOf = (id: string | undefined) =>
      [plan.bank, ...plan.wallets].find(({ participant }) => participant.id === id)?.keys.signer
        .address as Address;
    const { payer: payerId, payee } = payer.corridor;
    const signers = {
      bank: signerOf(plan.bank.participant.id),
      payer: signerOf(payerId),
      payee: signerOf(payee),
    };
    offline = { deployment, signers };
    online = { deployment, rpcUrl };
    const pairs = await Promise.all([newPair(test), newPair(test), newPair(test)]);
    const items = await Promise.all(
      pairs.map(async (pair) => {
        const quote = await payer.quote({ ...pair, amount: AMOUNT });
        return { quote, details: payer.detailsFor({ ...pair, amount: AMOUNT }, quote) };
      }),
    );
    await test.receiving.setStatus(pairs[CLOSED]?.recipient.phone ?? "", "closed");
    order = await payer.signMany(items);
    await payer.relayer.sendBatch(order, { idempotencyKey: randomUUID() });
    receipts = await Promise.all(
      order.transfers.map(async ({ details: { uetr } }) => {
        await eventually(
          () => payer.relayer.transfer(uetr),
          ({ state }) => state === "settled" || state === "rejected",
        );
        return payer.relayer.receipt(uetr);
      }),
    );
  });

  const at = (index: number): WireReceipt => receipts[index] as WireReceipt;

  it("prove a transfer offline, and on any node where it stands", async () => {
    const alone = await verifyReceipt(at(0), offline);
    expect(alone.steps.filter(({ passed }) => !passed)).to.deep.equal([]);
    expect(alone.proves?.payee).to.deep.equal({ answered: "accepted" });
    const asked = await verifyReceipt(at(0), online);
    expect(asked.steps.filter(({ passed }) => !passed)).to.deep.equal([]);
    expect(asked.proves?.onChain).to.equal("Settled");
  });

  it("prove a refusal with its reason", async () => {
    const { proves } = await verifyReceipt(at(CLOSED), online);
    expect(proves?.payee).to.deep.equal({ answered: "rejected", reason: "AC04" });
    expect(proves?.onChain).to.equal("Rejected");
  });

  it("name nobody; who holds details and salt sees that they are what was paid", async () => {
    const text = JSON.stringify(at(0));
    const [first, second] = order.transfers;
    if (!first || !second) throw new Error("the order has transfers");
    const { details, salt } = first;
    const { debtor, creditor } = details;
    for (const secret of [debtor.name, creditor.name, creditor.account.value, salt]) {
      expect(text).not.to.include(secret);
    }
    expect((await verifyReceipt(at(0), { ...offline, opening: { details, salt } })).valid).to.equal(
      true,
    );
    const wrong = await verifyReceipt(at(0), { ...offline, opening: { ...second, salt } });
    expect(wrong.steps.find(({ passed }) => !passed)?.step).to.equal("details");
  });

  it("prove a return by the payee's signature", async () => {
    const uetr = order.transfers[1]?.details.uetr ?? "";
    await payer.relayer.recall(uetr);
    await eventually(
      () => payer.relayer.transfer(uetr),
      ({ state }) => state === "returned",
    );
    const receipt = await payer.relayer.receipt(uetr);
    for (const reader of [offline, online]) {
      const { proves, steps } = await verifyReceipt(receipt, reader);
      expect(proves?.returnReason, JSON.stringify(steps)).to.match(/^[A-Z0-9]{4}$/);
    }
    expect((await verifyReceipt(receipt, online)).proves?.onChain).to.equal("Returned");
    const signature = receipt.signedReturn?.signature ?? "";
    for (const signedReturn of [
      { signature, reason: "AC03" },
      { ...receipt.signedReturn, reason: "FOCR", signature: receipt.batchSignature },
    ]) {
      const { steps } = await verifyReceipt({ ...receipt, signedReturn }, offline);
      expect(steps.find(({ passed }) => !passed)?.step).to.equal("return-signature");
    }
  });

  it("are found by whoever knows UETR and salt, by a key that tells neither, and by nobody else", async () => {
    const [first] = order.transfers;
    if (!first) throw new Error("the order has transfers");
    const keyOf = (uetr: string, salt: string) =>
      createHash("sha256").update(proofKeyText(uetr, salt)).digest("hex");
    const find = (key: string) => fetch(`${test.corridor.relayerUrl}/explorer/proofs/${key}`);
    const { uetr } = first.details;
    const found = await find(keyOf(uetr, first.salt));
    expect([found.status, await found.json()]).to.deep.equal([200, at(0)]);
    const { commitment } = at(0).instruction;
    const wrong = [keyOf(uetr, bent(first.salt)), keyOf(uetr, commitment), commitment.slice(2)];
    for (const key of wrong) expect((await find(key)).status, key).to.equal(404);
    for (const key of ["", "0".repeat(63), "G".repeat(64), "%27or%271"]) {
      expect((await find(key)).status, key).to.be.within(400, 404);
    }
  });

  const firstFailing = async (tampering: Tampering, reader: ReceiptReader) => {
    const report = await verifyReceipt(tampering[1](structuredClone(at(0))), reader);
    expect(report.proves, tampering[0]).to.equal(undefined);
    return report.steps.find(({ passed }) => !passed)?.step;
  };

  for (const tampering of TAMPERINGS) {
    const [field, , step] = tampering;
    it(`with another ${field} fail at "${step}", offline and on a node`, async () => {
      expect(await firstFailing(tampering, offline)).to.equal(step);
      expect(await firstFailing(tampering, online)).to.equal(step);
    });
  }

  for (const tampering of CHAIN_TAMPERINGS) {
    it(`with another ${tampering[0]} fail on a node`, async () => {
      expect(await firstFailing(tampering, online)).to.equal(tampering[2]);
    });
  }
});
