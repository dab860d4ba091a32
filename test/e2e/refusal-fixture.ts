import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { type Problem, problemSchema } from "../../protocol/wire/problem.ts";
import type { WireTransferRequest } from "../../protocol/wire/relayer.ts";
import type { SignedFetch } from "../../sdk/keys/signed-fetch.ts";
import { createDirectPayer, type DirectPayer } from "../../server/local/direct-payer.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { positionOnChain } from "./on-chain.ts";
import { newPair, type Pair } from "./people.ts";
import { sharedCorridor } from "./shared-corridor.ts";

export interface Refused {
  readonly status: number;
  readonly code: string;
  readonly pointer?: string;
}

/** A corridor, a payer on it, and what every refusal is held against. */
export interface RefusalFixture {
  readonly test: TestCorridor;
  readonly payer: DirectPayer;
  readonly pair: Pair;
  url(path: string): URL;
  /** Signs as the payer. */
  readonly fetch: SignedFetch;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  postRaw(path: string, body: string, headers?: Record<string, string>): Promise<Response>;
  order(transfer: unknown): Promise<Response>;
  /** What a correct wallet would send, for HK$100. */
  wanted(): Pair & { amount: { value: string; currency: string } };
  signedOrder(): Promise<WireTransferRequest>;
  /** Refused as expected, with a problem document that helps; nothing stored, no position moved. */
  expectRefusal(response: Response, expected: Refused): Promise<Problem>;
}

/** The paying wallet's position on chain. */
function readPayerPosition(test: TestCorridor): Promise<bigint> {
  const { accounts, tokens } = test.corridor.network;
  return positionOnChain(test, { token: tokens["HKD"]!, account: accounts["harbour-wallet"]! });
}

export async function startRefusalFixture(): Promise<RefusalFixture> {
  const test = await sharedCorridor();
  const payer = createDirectPayer(test.corridor);
  const pair = await newPair(test);
  const position = await readPayerPosition(test);
  const listed = async () => (await payer.relayer.transfers()).transfers.map(({ uetr }) => uetr);
  const before = await listed();
  const url = (path: string) => new URL(path, test.corridor.relayerUrl);
  const postRaw: RefusalFixture["postRaw"] = (path, body, more = {}) =>
    test.fetch(url(path), {
      method: "POST",
      headers: { "content-type": "application/json", ...more },
      body,
    });
  const post: RefusalFixture["post"] = (path, body, more) =>
    postRaw(path, JSON.stringify(body), more);
  const wanted = () => ({ ...pair, amount: { value: "100.00", currency: "HKD" } });
  return {
    test,
    payer,
    pair,
    url,
    fetch: test.fetch,
    post,
    postRaw,
    wanted,
    order: (transfer) =>
      post("/v1/transfers", transfer, { "idempotency-key": `"${randomUUID()}"` }),
    async signedOrder() {
      const quote = await payer.quote(wanted());
      return payer.sign(quote, payer.detailsFor(wanted(), quote));
    },
    async expectRefusal(response, expected) {
      expect(response.headers.get("content-type")).to.match(/^application\/problem\+json/);
      const text = await response.text();
      const problem = problemSchema.parse(JSON.parse(text));
      expect(problem).to.include(expected);
      expect(problem.instance).to.equal(response.headers.get("x-request-id"));
      expect(text).not.to.match(/node_modules|\.ts:|<html/i);
      expect(await listed()).to.deep.equal(before);
      expect(await readPayerPosition(test)).to.equal(position);
      return problem;
    },
  };
}
