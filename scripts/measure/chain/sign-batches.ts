import { hexlify, randomBytes } from "ethers";
import { packAmounts } from "../../../protocol/amounts.ts";
import { rootOf } from "../../../protocol/batch-tree.ts";
import {
  type Batch,
  batchIdOf,
  type Deployment,
  outcomeDigestOf,
  type Quote,
  quoteHashOf,
} from "../../../protocol/messages.ts";
import { minorUnits } from "../../../protocol/money.ts";
import { rejectionsHashOf } from "../../../protocol/rejections.ts";
import { localSigner } from "../../../protocol/signature.ts";
import type { LocalPlan } from "../../../server/local/plan.ts";
import {
  type EncodedCall,
  encodeCall,
  packCalls,
} from "../../../server/relayer/chain/encode-calls.ts";
import type { PackedCalls } from "../../../server/relayer/ports/chain.ts";

const SEND = minorUnits(10_000n);
const RATE_UNIT = 10n ** 12n;

/** Who signs on a local corridor: the plan holds every party's key. */
function signersOf({ bank, wallets, corridors }: LocalPlan) {
  const [pair] = corridors;
  const keyOf = (id: string | undefined) =>
    wallets.find(({ participant }) => participant.id === id)?.keys.signer.privateKey ?? "";
  return {
    bank: localSigner(bank.keys.signer.privateKey),
    payer: localSigner(keyOf(pair?.payer)),
    payee: localSigner(keyOf(pair?.payee)),
  };
}

/**
 * Signs batches of transfers under one quote as bank, payer and payee: what reserves each, and what settles it. A
 * transfer's commitment is random: to a contract it is one as good as another.
 */
export async function signBatches(
  plan: LocalPlan,
  order: {
    readonly deployment: Deployment;
    readonly quote: Quote;
    readonly batches: number;
    /** Transfers of each. */
    readonly size: number;
  },
): Promise<{ reserve: EncodedCall[]; settle: EncodedCall[] }> {
  const { deployment, quote, batches, size } = order;
  const signers = signersOf(plan);
  const quoteHash = quoteHashOf(deployment, quote);
  const quoteSignature = await signers.bank.signDigest(quoteHash);
  const receive = minorUnits((SEND * quote.rate) / RATE_UNIT);
  const calls: { reserve: EncodedCall[]; settle: EncodedCall[] } = { reserve: [], settle: [] };
  for (let index = 0; index < batches; index++) {
    const instructions = Array.from({ length: size }, () => ({
      commitment: hexlify(randomBytes(32)),
      amounts: packAmounts({ send: SEND, receive }),
    }));
    const sendTotal = minorUnits(SEND * BigInt(size));
    const batch: Batch = { root: rootOf(instructions), quoteHash, sendTotal, count: size };
    const batchId = batchIdOf(deployment, batch);
    const outcome = { batchId, rejectionsHash: rejectionsHashOf([]) };
    const shared = { batchId, quote, batch, instructions };
    const batchSignature = await signers.payer.signDigest(batchId);
    const outcomeSignature = await signers.payee.signDigest(outcomeDigestOf(deployment, outcome));
    calls.reserve.push(encodeCall({ kind: "reserve", ...shared, quoteSignature, batchSignature }));
    calls.settle.push(
      encodeCall({ kind: "settle", ...shared, rejections: "0x", outcomeSignature }),
    );
  }
  return calls;
}

/** Calls as chain transactions' contents, as many in each as fit: the relayer's own packing. */
export function packAll(calls: readonly EncodedCall[]): PackedCalls[] {
  const packs: PackedCalls[] = [];
  for (let at = 0; at < calls.length; ) {
    const pack = packCalls(calls.slice(at));
    packs.push(pack);
    at += pack.count;
  }
  return packs;
}
