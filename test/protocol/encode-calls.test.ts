import { expect } from "chai";
import { AbiCoder, getAddress, hexlify } from "ethers";
import fc from "fast-check";
import { corridorAbi, relayAbi } from "../../protocol/contract-abi.ts";
import {
  encodeRelayCall,
  encodeReserveCall,
  encodeWholeSettleCall,
} from "../../protocol/encode-calls.ts";

const hex = (size: number) =>
  fc.uint8Array({ minLength: size, maxLength: size }).map((bytes) => hexlify(bytes));
const address = hex(20).map((text) => getAddress(text) as never);
const uint = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });

const quotes = fc.record({
  bank: address,
  payer: address,
  payee: address,
  sendToken: address,
  receiveToken: address,
  rate: uint(64) as fc.Arbitrary<never>,
  maxSend: uint(96) as fc.Arbitrary<never>,
  validUntil: uint(48),
  settleUntil: uint(48),
  returnUntil: uint(48),
  salt: uint(256),
});
const batches = fc.record({
  root: hex(32),
  quoteHash: hex(32) as fc.Arbitrary<never>,
  sendTotal: uint(96) as fc.Arbitrary<never>,
  count: fc.nat(500),
});
const instructions = fc.array(fc.record({ commitment: hex(32), amounts: uint(256) }), {
  maxLength: 20,
});
const SELECTOR = "0xa1b2c3d4";
const quoteWords = (quote: unknown) =>
  AbiCoder.defaultAbiCoder()
    .encode([corridorAbi.getFunction("expire")?.inputs[0] ?? ""], [quote])
    .slice(2);
const runs = { numRuns: 300 };

describe("calldata written word by word", () => {
  it("of reserve is what the general encoder writes", () => {
    fc.assert(
      fc.property(quotes, hex(65), batches, hex(65), instructions, (quote, a, batch, b, list) => {
        const order = { quote, quoteSignature: a, batch, batchSignature: b, instructions: list };
        const args = [quote, a, batch, b, list];
        expect(encodeReserveCall(order)).to.equal(corridorAbi.encodeFunctionData("reserve", args));
      }),
      runs,
    );
  });

  it("of settle without rejections is what the general encoder writes", () => {
    fc.assert(
      fc.property(quotes, batches, hex(65), (quote, batch, outcomeSignature) => {
        const args = [quote, batch, "0x", [], outcomeSignature];
        expect(encodeWholeSettleCall({ quote, batch, outcomeSignature })).to.equal(
          corridorAbi.encodeFunctionData("settle", args),
        );
      }),
      runs,
    );
  });

  it("of relay is what the general encoder writes, each quote once", () => {
    const pool = fc.array(quotes, { minLength: 1, maxLength: 3 });
    const rest = fc.uint8Array({ maxLength: 300 }).map((bytes) => hexlify(bytes));
    const call = fc.record({ gasLimit: fc.nat(2 ** 31 - 1), pick: fc.nat(2), rest });
    fc.assert(
      fc.property(pool, fc.array(call, { maxLength: 12 }), (offered, drawn) => {
        const chosen = drawn.map(({ pick }) => offered[pick % offered.length] ?? offered[0]);
        const distinct = chosen.filter((quote, index) => chosen.indexOf(quote) === index);
        const whole = drawn.map(({ gasLimit, rest }, index) => ({
          gasLimit,
          data: SELECTOR + quoteWords(chosen[index]) + rest.slice(2),
        }));
        const parts = drawn.map(({ gasLimit, rest }, index) => ({
          gasLimit,
          quote: distinct.indexOf(chosen[index]),
          data: SELECTOR + rest.slice(2),
        }));
        expect(encodeRelayCall(whole)).to.equal(
          relayAbi.encodeFunctionData("relay", [distinct, parts]),
        );
      }),
      runs,
    );
  });

  it("of relay refuses a call without a whole quote", () => {
    const data = SELECTOR + "00".repeat(11 * 32 - 1);
    expect(() => encodeRelayCall([{ gasLimit: 1, data }])).to.throw(RangeError);
  });
});
