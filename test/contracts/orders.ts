import { id, type SigningKey } from "ethers";
import { packAmounts } from "../../protocol/amounts.ts";
import { type Instruction, siblingsOf, treeOf } from "../../protocol/batch-tree.ts";
import {
  type Address,
  type Batch,
  type BatchId,
  batchIdOf,
  outcomeDigestOf,
  type Quote,
  quoteHashOf,
  returnDigestOf,
} from "../../protocol/messages.ts";
import { minorUnits } from "../../protocol/money.ts";
import type { Rate } from "../../protocol/rate.ts";
import { packRejections, type Rejection, rejectionsHashOf } from "../../protocol/rejections.ts";
import { type CorridorFixture, KEYS } from "./corridor-fixture.ts";

/** PHP per HKD, both of two decimals, times 1e12. */
export const RATE = 7_050_000_000_000n;
/** Seconds from the order's making to the quote's three clocks. */
export const CLOCKS = { valid: 60n, settle: 600n, return: 86_400n };

/** A quote and a batch with both signatures, as handed to `reserve`. */
export interface Order {
  quote: Quote;
  quoteSignature: string;
  batch: Batch;
  batchSignature: string;
  instructions: Instruction[];
  levels: string[][];
  batchId: BatchId;
}

export interface OrderOptions {
  /** Number of transfers; 1 unless stated. */
  count?: number;
  /** Send amount of each transfer; 100.00 unless stated. */
  send?: bigint;
  quote?: Partial<{ [Field in keyof Quote]: unknown }>;
  batch?: Partial<{ [Field in keyof Batch]: unknown }>;
  instructions?: Instruction[];
  quoteKey?: SigningKey;
  batchKey?: SigningKey;
}

let salt = 0n;

/** The one transfer of this send amount at the fixture's rate. */
export function instructionOf(send: bigint, commitment = id(`details ${send}`)): Instruction {
  const receive = (send * RATE) / 10n ** 12n;
  return {
    commitment,
    amounts: packAmounts({ send: minorUnits(send), receive: minorUnits(receive) }),
  };
}

export const sendOf = (instruction: Instruction): bigint => instruction.amounts >> 128n;
export const receiveOf = (instruction: Instruction): bigint =>
  instruction.amounts & ((1n << 128n) - 1n);

const sum = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n);
export const sendTotalOf = (instructions: readonly Instruction[]) => sum(instructions.map(sendOf));
export const receiveTotalOf = (instructions: readonly Instruction[]) =>
  sum(instructions.map(receiveOf));

async function domainOfFixture({ deployment }: CorridorFixture) {
  return {
    chainId: BigInt(deployment.chainId),
    corridor: deployment.corridor as Address,
  };
}

/** A quote of the fixture's bank for the fixture's parties, from the chain's present second on. */
export async function quoteOf(
  fixture: CorridorFixture,
  overrides: OrderOptions["quote"] = {},
): Promise<Quote> {
  const { accounts, deployment, chain } = fixture;
  const now = BigInt(await chain.networkHelpers.time.latest());
  salt += 1n;
  return {
    bank: accounts.bank.address as Address,
    payer: accounts.payer.address as Address,
    payee: accounts.payee.address as Address,
    sendToken: deployment.tokens.HKD as Address,
    receiveToken: deployment.tokens.PHP as Address,
    rate: RATE as Rate,
    maxSend: minorUnits(10n ** 15n),
    validUntil: now + CLOCKS.valid,
    settleUntil: now + CLOCKS.settle,
    returnUntil: now + CLOCKS.return,
    salt,
    ...(overrides as Partial<Quote>),
  };
}

/** Makes and signs a whole order; every part can be replaced to make it wrong. */
export async function makeOrder(
  fixture: CorridorFixture,
  options: OrderOptions = {},
): Promise<Order> {
  const domain = await domainOfFixture(fixture);
  const quote = await quoteOf(fixture, options.quote);
  const quoteHash = quoteHashOf(domain, quote);
  const instructions =
    options.instructions ??
    Array.from({ length: options.count ?? 1 }, (_, index) =>
      instructionOf(options.send ?? 10_000n, id(`details ${salt} ${index}`)),
    );
  const levels = treeOf(instructions);
  const batch = {
    root: levels.at(-1)?.[0] ?? "",
    quoteHash,
    sendTotal: sendTotalOf(instructions),
    count: instructions.length,
    ...options.batch,
  } as Batch;
  const batchId = batchIdOf(domain, batch);
  return {
    quote,
    quoteSignature: (options.quoteKey ?? KEYS.bank).sign(quoteHash).serialized,
    batch,
    batchSignature: (options.batchKey ?? KEYS.payer).sign(batchId).serialized,
    instructions,
    levels,
    batchId,
  };
}

/** The arguments of `reserve`. */
export function reserveArguments(order: Order) {
  const { quote, quoteSignature, batch, batchSignature, instructions } = order;
  return [quote, quoteSignature, batch, batchSignature, instructions] as const;
}

/** Reserves a new order. */
export async function reserved(
  fixture: CorridorFixture,
  options: OrderOptions = {},
): Promise<Order> {
  const order = await makeOrder(fixture, options);
  await fixture.corridor.reserve(...reserveArguments(order));
  return order;
}

/** Packs a list the payee would never make: the protocol's own packing refuses unsorted ones. */
export function packUnchecked(rejections: readonly Rejection[]): string {
  const items = rejections.map(({ index, reason }) => {
    return packRejections([{ index: 0, reason }]).replace(
      "0x0000",
      index.toString(16).padStart(4, "0"),
    );
  });
  return `0x${items.join("")}`;
}

/** The payee's signature on an outcome with this packed list. */
export async function signOutcome(
  fixture: CorridorFixture,
  signed: { order: Order; rejectionsHash: string; key?: SigningKey },
): Promise<string> {
  const { order, rejectionsHash, key } = signed;
  const domain = await domainOfFixture(fixture);
  const digest = outcomeDigestOf(domain, { batchId: order.batchId, rejectionsHash });
  return (key ?? KEYS.payee).sign(digest).serialized;
}

/** The Merkle proof of one transfer of an order, as `settle` takes it. */
export function proofOf(order: Order, index: number) {
  const instruction = order.instructions[index];
  if (instruction === undefined) throw new Error(`The order has no transfer ${index}.`);
  return { instruction, siblings: siblingsOf(order.levels, index) };
}

/** The arguments of `settle` with these rejections. */
export async function settleArguments(
  fixture: CorridorFixture,
  order: Order,
  rejections: readonly Rejection[] = [],
) {
  const signature = await signOutcome(fixture, {
    order,
    rejectionsHash: rejectionsHashOf(rejections),
  });
  const proofs = rejections.map(({ index }) => proofOf(order, index));
  return [order.quote, order.batch, packRejections(rejections), proofs, signature] as const;
}

/** The arguments of `settleWithList` with these rejections. */
export async function listArguments(
  fixture: CorridorFixture,
  order: Order,
  rejections: readonly Rejection[] = [],
) {
  const signature = await signOutcome(fixture, {
    order,
    rejectionsHash: rejectionsHashOf(rejections),
  });
  const { quote, batch, instructions } = order;
  return [quote, batch, instructions, packRejections(rejections), signature] as const;
}

/** Reserves and settles a new order. */
export async function settled(
  fixture: CorridorFixture,
  options: OrderOptions = {},
  rejections: readonly Rejection[] = [],
): Promise<Order> {
  const order = await reserved(fixture, options);
  await fixture.corridor.settle(...(await settleArguments(fixture, order, rejections)));
  return order;
}

/** The arguments of `returnTransfer` for one transfer of an order. */
export async function returnArguments(
  fixture: CorridorFixture,
  returned: { order: Order; index: number; reason?: string; key?: SigningKey },
) {
  const { order, index, key } = returned;
  const reason = returned.reason ?? asReason("FOCR");
  const domain = await domainOfFixture(fixture);
  const digest = returnDigestOf(domain, { batchId: order.batchId, index, reason });
  const signature = (key ?? KEYS.payee).sign(digest).serialized;
  const { instruction, siblings } = proofOf(order, index);
  return [order.quote, order.batch, index, instruction, siblings, reason, signature] as const;
}

/** A four-character reason code as the contract's bytes4. */
export function asReason(code: string): string {
  return `0x${Buffer.from(code, "ascii").toString("hex")}`;
}
