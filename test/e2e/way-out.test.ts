import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { Wallet } from "ethers";
import { packAmounts } from "../../protocol/amounts.ts";
import { commitmentTo } from "../../protocol/commitment.ts";
import type { Address, Signature } from "../../protocol/messages.ts";
import { parseAmount } from "../../protocol/money.ts";
import { batchMessageSchema } from "../../protocol/wire/messages.ts";
import { recallAnswerSchema } from "../../protocol/wire/participant.ts";
import type { WireReceipt } from "../../protocol/wire/receipt.ts";
import type { QuoteAnswer, WireBatchRequest } from "../../protocol/wire/relayer.ts";
import { ChainRefused, openChain } from "../../sdk/chain/chain-reader.ts";
import { type ChainSender, createChainSender } from "../../sdk/chain/chain-sender.ts";
import {
  expireOnChain,
  returnOnChain,
  settleOnChain,
  withdraw,
} from "../../sdk/chain/without-relayer.ts";
import { buildReceipt } from "../../sdk/send/build-receipt.ts";
import { verifyReceipt } from "../../sdk/verify/verify-receipt.ts";
import { connectChain } from "../../server/foundation/chain/connect.ts";
import { readTokenBalance } from "../../server/foundation/chain/read-corridor.ts";
import { advanceChainTime, callChain } from "../../server/local/chain-clock.ts";
import { createDirectPayer, type DirectPayer } from "../../server/local/direct-payer.ts";
import { developmentKey } from "../../server/local/keys.ts";
import { launchProcess } from "../../server/local/launchers.ts";
import { eventually } from "./eventually.ts";
import { startTestCorridor, type TestCorridor } from "./local-corridor.ts";
import { newPair } from "./people.ts";

const AMOUNT = { value: "100.00", currency: "HKD" };
/** Anybody's key with some gas: it has nothing to do with the corridor. */
const STRANGER = 14;

const refusalOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "not refused",
    (error: unknown) => (error instanceof ChainRefused ? error.reason : `${error}`),
  );

describe("with the relayer gone for good, a receipt and a node", () => {
  let test: TestCorridor;
  let payer: DirectPayer;
  let stranger: ChainSender;
  beforeEach(async () => {
    test = await startTestCorridor({
      launch: launchProcess,
      blockTimeMs: 3_000,
      settleWithinMs: 600_000,
    });
    payer = createDirectPayer(test.corridor);
    stranger = await senderOf(developmentKey(STRANGER).privateKey);
  });
  afterEach(() => test[Symbol.asyncDispose]());

  const deployment = () => {
    const { chainId, corridor } = test.corridor.network;
    return { chainId, corridor };
  };
  async function senderOf(privateKey: string): Promise<ChainSender> {
    const chain = await openChain({ rpcUrl: test.corridor.rpcUrl, deployment: deployment() });
    return createChainSender(chain, new Wallet(privateKey));
  }

  /** A signed batch of some transfers, the last recipient's account closed behind the quote if told so. */
  async function order(count: number, { lastClosed = false } = {}) {
    const pairs = await Promise.all(Array.from({ length: count }, () => newPair(test)));
    const items = await Promise.all(
      pairs.map(async (pair) => {
        const quote = await payer.quote({ ...pair, amount: AMOUNT });
        return { quote, details: payer.detailsFor({ ...pair, amount: AMOUNT }, quote) };
      }),
    );
    const phone = pairs.at(-1)?.recipient.phone ?? "";
    if (lastClosed) await test.receiving.setStatus(phone, "closed");
    const request = await payer.signMany(items);
    await payer.relayer.sendBatch(request, { idempotencyKey: randomUUID() });
    const uetr = items[0]?.details.uetr ?? "";
    return { request, quotes: items.map(({ quote }) => quote), uetr };
  }

  /** What a payer that signed a batch has in its own store. */
  function storedOf(request: WireBatchRequest, quotes: readonly QuoteAnswer[]) {
    const [first] = quotes;
    if (!first) throw new Error("an order has quotes");
    const minor = (amount: { value: string; currency: string }) =>
      parseAmount(amount.value, amount.currency);
    const instructions = request.transfers.map(({ details, salt }) => ({
      commitment: commitmentTo(details, salt),
      amounts: packAmounts({
        send: minor(details.instructedAmount),
        receive: minor(details.creditedAmount),
      }),
    }));
    const batch = batchMessageSchema.parse(request.batch);
    const prepared = { batch, signature: request.signature as Signature, instructions };
    return { signedQuote: first.signedQuote, prepared, index: 0 };
  }

  const reached = (uetr: string, state: string) =>
    eventually(
      () => payer.relayer.transfer(uetr),
      (transfer) => transfer.state === state,
    );

  /** The relayer is killed, and what it has left in the node's pool goes as well. */
  async function killRelayer(): Promise<void> {
    const { relayer, rpcUrl } = test.corridor;
    await relayer.kill();
    const pending = (await callChain(rpcUrl, "eth_pendingTransactions", [])) as { hash: string }[];
    for (const { hash } of pending) await callChain(rpcUrl, "hardhat_dropTransaction", [hash]);
  }

  const standing = async (receipt: WireReceipt) => {
    const reader = { deployment: deployment(), rpcUrl: test.corridor.rpcUrl };
    return (await verifyReceipt(receipt, reader)).proves?.onChain;
  };

  it("settle what was credited, by anybody's key, and give one transfer back", async () => {
    const { request, quotes, uetr } = await order(2, { lastClosed: true });
    const { outcome } = await reached(uetr, "credited");
    const receipt = await payer.relayer.receipt(uetr);
    await killRelayer();
    const stored = storedOf(request, quotes);
    const own = buildReceipt({ ...stored, ...(outcome && { outcome }), chain: receipt.chain });
    expect(own, "a payer's own store makes the same receipt").to.deep.equal(receipt);
    expect(await standing(receipt)).to.equal("Reserved");
    const bare = await settleOnChain(stranger, receipt).catch((error: unknown) => error);
    expect(bare, "the refused amounts must be shown").to.include({ code: "tree" });
    await settleOnChain(stranger, receipt, { instructions: stored.prepared.instructions });
    expect(await standing(receipt)).to.equal("Settled");
    const again = settleOnChain(stranger, receipt, { instructions: stored.prepared.instructions });
    expect(await refusalOf(again)).to.equal("BatchNotReserved");

    const recall = { payer: receipt.quote.payer, reason: "CUST" };
    const { payee } = payer.corridor;
    const asked = await fetch(new URL(`/recalls/${uetr}`, test.corridor.walletUrl(payee)), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(recall),
    });
    const answer = recallAnswerSchema.parse(await asked.json());
    if (!answer.accepted) throw new Error("the payee gives it back");
    const { reason, signature } = answer.signedReturn;
    const returning = { ...receipt, signedReturn: { reason, signature } };
    await returnOnChain(stranger, returning);
    expect(await standing(returning)).to.equal("Returned");
  });

  it("release what nobody answered for, and take the money home", async () => {
    await test.receiving.misbehave({ silent: true });
    const { request, quotes, uetr } = await order(1);
    await reached(uetr, "reserved");
    await killRelayer();
    const receipt = buildReceipt(storedOf(request, quotes));
    const early = expireOnChain(stranger, receipt);
    expect(await refusalOf(early)).to.equal("SettlementStillOpen");
    await advanceChainTime(test.corridor.rpcUrl, 600);
    await expireOnChain(stranger, receipt);
    expect(await standing(receipt)).to.equal("Expired");

    const { network, plan, rpcUrl } = test.corridor;
    const wallet = plan.wallets.find(({ participant }) => participant.id === payer.corridor.payer);
    const account = await senderOf(wallet?.keys.account.privateKey ?? "");
    const token = network.tokens["HKD"] as Address;
    const owner = { token, account: account.address as Address };
    const connection = await connectChain({ rpcUrl, chainId: network.chainId, depth: 0 });
    const before = await readTokenBalance(connection, owner);
    await withdraw(account, { token, amountMinor: 10_000n });
    expect((await readTokenBalance(connection, owner)) - before).to.equal(10_000n);
    connection.provider.destroy();
    const none = withdraw(stranger, { token, amountMinor: 1n });
    expect(await refusalOf(none), "a stranger has no position").to.equal("InsufficientPosition");
  });
});
