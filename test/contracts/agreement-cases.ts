import fc from "fast-check";
import type { Batch, BatchId, Quote } from "../../protocol/messages.ts";
import { minorUnits } from "../../protocol/money.ts";
import type { Rate } from "../../protocol/rate.ts";

const uint = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });
export const bytes = (size: number) =>
  uint(8 * size).map((value) => `0x${value.toString(16).padStart(2 * size, "0")}`);
const address = bytes(20);
const amount = uint(96).map(minorUnits);
export const reason = fc.string({
  unit: fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
  minLength: 4,
  maxLength: 4,
});
export const instruction = fc.record({ commitment: bytes(32), amounts: uint(256) });
export const batchOf = (maxLength: number) => fc.array(instruction, { minLength: 1, maxLength });

export const quote = fc.record({
  bank: address,
  payer: address,
  payee: address,
  sendToken: address,
  receiveToken: address,
  rate: uint(64),
  maxSend: amount,
  validUntil: uint(48),
  settleUntil: uint(48),
  returnUntil: uint(48),
  salt: uint(256),
}) as fc.Arbitrary<Quote>;

export const batch = fc.record({
  root: bytes(32),
  quoteHash: bytes(32),
  sendTotal: amount,
  count: fc.nat({ max: 0xffff }),
}) as fc.Arbitrary<Batch>;

export const batchIds = bytes(32).map((it) => it as BatchId);

/** Amounts near the edge of what a rate allows, where an off-by-one would show. */
export const rateCase = fc
  .record({
    rate: fc.oneof(uint(64), fc.bigInt({ min: 1n, max: 10n ** 14n })).map((it) => it as Rate),
    send: fc.oneof(uint(96), fc.bigInt({ min: 0n, max: 10n ** 7n })),
    offset: fc.bigInt({ min: -2n, max: 2n }),
    anySum: uint(96),
    near: fc.boolean(),
  })
  .map(({ rate, send, offset, anySum, near }) => {
    const exact = (send * rate) / 10n ** 12n + offset;
    const inside = near && exact >= 0n && exact < 1n << 96n;
    return { rate, send: minorUnits(send), receive: minorUnits(inside ? exact : anySum) };
  });
