import { expect } from "chai";
import { getAddress, hexlify } from "ethers";
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

  it("of relay is what the general encoder writes, whatever the calls' lengths", () => {
    const data = fc.uint8Array({ maxLength: 300 }).map((bytes) => hexlify(bytes));
    const calls = fc.array(fc.record({ gasLimit: fc.nat(2 ** 31 - 1), data }), { maxLength: 12 });
    fc.assert(
      fc.property(calls, (list) => {
        expect(encodeRelayCall(list)).to.equal(relayAbi.encodeFunctionData("relay", [list]));
      }),
      runs,
    );
  });
});
