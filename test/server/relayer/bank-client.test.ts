import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { getAddress } from "ethers";
import type { Corridor, ParticipantId } from "../../../protocol/corridor.ts";
import { type Address, type Quote, quoteHashOf } from "../../../protocol/messages.ts";
import { minorUnits } from "../../../protocol/money.ts";
import type { Network } from "../../../protocol/network.ts";
import { type Rate, rateOf } from "../../../protocol/rate.ts";
import { localSigner } from "../../../protocol/signature.ts";
import { quoteToWire } from "../../../protocol/wire/messages.ts";
import { createBankClient } from "../../../server/relayer/bank/create-bank-client.ts";
import { CORRIDOR } from "./store-fixture.ts";

const addressOf = (byte: string) => getAddress(`0x${byte.repeat(20)}`) as Address;
const [BANK, PAYER, PAYEE, HKD, PHP] = ["11", "22", "33", "44", "55"].map(addressOf);
const network = {
  chainId: 31_337n,
  corridor: addressOf("66"),
  accounts: { bank: BANK, "harbour-wallet": PAYER, "island-wallet": PAYEE },
  tokens: { HKD, PHP },
} as unknown as Network;
const corridor = {
  id: CORRIDOR,
  payer: "harbour-wallet",
  payee: "island-wallet",
  sendCurrency: "HKD",
  receiveCurrency: "PHP",
} as Corridor;

describe("a bank's quote", () => {
  it("is taken when the rate that it states is the one that it has signed, and not otherwise", async () => {
    const signer = localSigner(`0x${"77".repeat(32)}`);
    const rate: Rate = rateOf(7_250_000_000_000n);
    const quote: Quote = {
      bank: BANK!,
      payer: PAYER!,
      payee: PAYEE!,
      sendToken: HKD!,
      receiveToken: PHP!,
      rate,
      maxSend: minorUnits(1_000_000n),
      validUntil: 2_000_000_000n,
      settleUntil: 2_000_000_100n,
      returnUntil: 2_000_000_200n,
      salt: 1n,
    };
    const quoteHash = quoteHashOf(network, quote);
    const signature = await signer.signDigest(quoteHash);
    let rateMajor = "7.25";
    const server = createServer((_, response) => {
      response.setHeader("content-type", "application/json");
      const answer = {
        quote: quoteToWire(quote),
        signature,
        quoteHash,
        chainId: "31337",
        corridorAddress: network.corridor,
        midRate: { value: "7.3", source: "ECB", date: "2024-10-11" },
        marginBps: 50,
        rateMajor,
      };
      response.end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const client = createBankClient({
      bank: "bank" as ParticipantId,
      baseUrl: `http://127.0.0.1:${port}`,
      network,
      signerOf: async () => signer.address,
    });
    expect((await client.quote(corridor)).rateMajor).to.equal("7.25");
    rateMajor = "7.52";
    const refused = await client.quote(corridor).catch((error: { code: string }) => error.code);
    expect(refused).to.equal("bank-unavailable");
    await client[Symbol.asyncDispose]();
    await new Promise((resolve) => server.close(resolve));
  });
});
