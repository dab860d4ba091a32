import { expect } from "chai";
import { concat, dataSlice, id, keccak256, TypedDataEncoder, toBeHex } from "ethers";
import { type Address, domainOf, MESSAGE_TYPES } from "../../protocol/messages.ts";
import { type CorridorFixture, connectChain, corridorFixture, KEYS } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import { makeOrder, type Order, reserveArguments } from "./orders.ts";

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

/** Where `reserve` has its static arguments, counted in words after the selector. */
const QUOTE_START = 0;
const QUOTE_WORDS = 11;
const BATCH_START = 12;
const BATCH_WORDS = 4;
const NARROW_QUOTE_WORDS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const NARROW_BATCH_WORDS = [2, 3];

const wordAt = (data: string, word: number) => dataSlice(data, 4 + 32 * word, 36 + 32 * word);
const wordsAt = (data: string, start: number, count: number) =>
  Array.from({ length: count }, (_, word) => wordAt(data, start + word));
const soil = (word: string) => toBeHex(BigInt(word) | (1n << 255n), 32);

function replaceWords(data: string, start: number, words: readonly string[]): string {
  const from = 4 + 32 * start;
  return concat([dataSlice(data, 0, from), ...words, dataSlice(data, from + 32 * words.length)]);
}

/** The EIP-712 digest of words taken as they stand. */
function digestOfWords(fixture: CorridorFixture, type: "Quote" | "Batch", words: string[]) {
  const typeText = TypedDataEncoder.from({ [type]: MESSAGE_TYPES[type] }).encodeType(type);
  const { chainId, corridor } = fixture.deployment;
  const domain = domainOf({ chainId: BigInt(chainId), corridor: corridor as Address });
  const hash = keccak256(concat([id(typeText), ...words]));
  return keccak256(concat(["0x1901", TypedDataEncoder.hashDomain(domain), hash]));
}

/** The calldata of a reservation in which these words are dirty, and signed as they are. */
function dirtyReservation(
  fixture: CorridorFixture,
  order: Order,
  dirty: { quote?: number; batch?: number },
): string {
  const encode = (part: Partial<Order>) =>
    fixture.corridor.interface.encodeFunctionData("reserve", [
      ...reserveArguments({ ...order, ...part }),
    ]);
  const clean = encode({});
  const quoteWords = wordsAt(clean, QUOTE_START, QUOTE_WORDS).map((word, index) =>
    index === dirty.quote ? soil(word) : word,
  );
  const quoteHash = digestOfWords(fixture, "Quote", quoteWords);
  const batchWords = wordsAt(clean, BATCH_START, BATCH_WORDS).map((word, index) =>
    index === dirty.batch ? soil(word) : word,
  );
  batchWords[1] = quoteHash;
  const signed = encode({
    quoteSignature: KEYS.bank.sign(quoteHash).serialized,
    batchSignature: KEYS.payer.sign(digestOfWords(fixture, "Batch", batchWords)).serialized,
  });
  return replaceWords(replaceWords(signed, BATCH_START, batchWords), QUOTE_START, quoteWords);
}

async function expectRefused(dirty: { quote?: number; batch?: number }): Promise<void> {
  const fixture = await load();
  const order = await makeOrder(fixture);
  const to = await fixture.corridor.getAddress();
  const data = dirtyReservation(fixture, order, dirty);
  await expect(fixture.accounts.stranger.sendTransaction({ to, data })).to.be.revertedWithoutReason(
    chain.ethers,
  );
  // The same bytes without the dirt are accepted, so it was the dirt.
  const clean = dirtyReservation(fixture, order, {});
  await fixture.accounts.stranger.sendTransaction({ to, data: clean });
  expect((await fixture.corridor.batchStatusOf(order.batchId)).status).to.equal(1n);
}

const suite = describe("dirty words", () => {
  describe("when a word of the quote has bits beyond its type", () => {
    it("reverts, although bank and payer signed just these words", async () => {
      for (const quote of NARROW_QUOTE_WORDS) await expectRefused({ quote });
    });
  });

  describe("when a word of the batch has bits beyond its type", () => {
    it("reverts, although the payer signed just these words", async () => {
      for (const batch of NARROW_BATCH_WORDS) await expectRefused({ batch });
    });
  });
});

coversTree(suite, "dirty-words.tree");
