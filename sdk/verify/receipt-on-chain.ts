import { z } from "zod";
import {
  CHAIN_TRANSFER_STATUSES,
  type ChainTransferStatus,
  corridorAbi,
} from "../../protocol/contract-abi.ts";
import type { Address } from "../../protocol/messages.ts";
import { unpackRejections } from "../../protocol/rejections.ts";
import type { Receipt } from "../../protocol/wire/receipt.ts";
import { type ChainReader, ChainRefused } from "../chain/chain-reader.ts";
import { hashesOf, type ReceiptSigners, type ReceiptStep, stepOf } from "./receipt-checks.ts";

type Reference = keyof Receipt["chain"];

/** What a chain transaction that a receipt names must have logged. */
const LOGGED: Readonly<Record<Reference, string>> = {
  reserved: "BatchReserved",
  settled: "BatchSettled",
  expired: "BatchExpired",
  returned: "TransferReturned",
};

/** Where the contract may hold a transfer that the payee answered for so. */
const AGREEING: Readonly<Record<"accepted" | "rejected" | "nothing", ChainTransferStatus[]>> = {
  accepted: ["Reserved", "Settled", "Returned"],
  rejected: ["Reserved", "Rejected"],
  // A batch that settled has an outcome, which a receipt may be older than.
  nothing: [...CHAIN_TRANSFER_STATUSES],
};

/** How the payee has answered for the receipt's transfer, by the outcome as it stands there. */
export function answerIn({ outcome, index }: Receipt) {
  if (!outcome) return { answered: "nothing" } as const;
  const rejection = unpackRejections(outcome.rejections).find((each) => each.index === index);
  return rejection
    ? ({ answered: "rejected", reason: rejection.reason } as const)
    : ({ answered: "accepted" } as const);
}

const minedSchema = z
  .object({
    blockNumber: z.string().transform(Number),
    logs: z.array(z.object({ address: z.string(), topics: z.array(z.string()), data: z.string() })),
  })
  .nullish();

/**
 * The keys that signed for the quote's parties when it happened, as the chain still knows them: where the places that
 * the receipt names have been confirmed, else now.
 */
export async function readSigners(
  chain: ChainReader,
  receipt: Receipt,
  { confirmed }: { readonly confirmed: boolean },
): Promise<ReceiptSigners> {
  const { reserved, settled, returned }: Receipt["chain"] = confirmed ? receipt.chain : {};
  const signerOf = async (account: Address, block: number | undefined) => {
    const [signer] = await chain.view("signerOf", [account], block);
    return signer as Address;
  };
  const { bank, payer, payee } = receipt.quote;
  const [bankSigner, payerSigner, payeeSigner, payeeAtReturn] = await Promise.all([
    signerOf(bank, reserved?.blockNumber),
    signerOf(payer, reserved?.blockNumber),
    signerOf(payee, settled?.blockNumber),
    signerOf(payee, returned?.blockNumber),
  ]);
  return { bank: bankSigner, payer: payerSigner, payee: payeeSigner, payeeAtReturn };
}

/** What cannot be read is no event of the contract's, whatever a node says. */
function eventIn(log: { topics: string[]; data: string }) {
  try {
    return corridorAbi.parseLog(log);
  } catch {
    return null;
  }
}

/** Whether a chain transaction logged what the receipt names it for. */
async function logged(chain: ChainReader, receipt: Receipt, kind: Reference): Promise<boolean> {
  const reference = receipt.chain[kind];
  if (!reference) return true;
  const asked = [reference.transactionHash];
  const mined = await chain.read(minedSchema, "eth_getTransactionReceipt", asked);
  if (mined?.blockNumber !== reference.blockNumber) return false;
  const { batchId } = hashesOf(receipt, chain.deployment);
  return mined.logs.some(({ address, topics, data }) => {
    if (address.toLowerCase() !== chain.deployment.corridor.toLowerCase()) return false;
    const event = eventIn({ topics, data });
    if (event?.name !== LOGGED[kind] || event.args["batchId"] !== batchId) return false;
    return kind !== "returned" || Number(event.args["index"]) === receipt.index;
  });
}

/** Whether every chain transaction that a receipt names logged what it is named for. */
export async function checkReferences(chain: ChainReader, receipt: Receipt): Promise<ReceiptStep> {
  for (const kind of Object.keys(LOGGED) as Reference[]) {
    if (await logged(chain, receipt, kind)) continue;
    return stepOf(
      "chain-references",
      false,
      `the chain transaction named logged no ${LOGGED[kind]}`,
    );
  }
  return stepOf("chain-references", true, "");
}

/** Where the contract holds the receipt's transfer now; undefined when it stands at no such place in the batch. */
async function statusOf(
  chain: ChainReader,
  receipt: Receipt,
): Promise<ChainTransferStatus | undefined> {
  const { batch, index, instruction, siblings } = receipt;
  try {
    const [status] = await chain.view("statusOf", [batch, index, instruction, siblings]);
    return CHAIN_TRANSFER_STATUSES[Number(status)];
  } catch (error) {
    if (error instanceof ChainRefused) return undefined;
    throw error;
  }
}

/** Whether the contract holds the transfer where the payee's answer leaves it, and where that is. */
export async function checkStatus(
  chain: ChainReader,
  receipt: Receipt,
): Promise<{ step: ReceiptStep; status: ChainTransferStatus | undefined }> {
  const status = await statusOf(chain, receipt);
  const { answered } = safeAnswer(receipt);
  const { reserved, settled, expired } = receipt.chain;
  const happened = Boolean(reserved ?? settled ?? expired);
  const agrees =
    status !== undefined && AGREEING[answered].includes(status) && !(status === "None" && happened);
  const told = `the payee answered ${answered}, the contract says ${status ?? "no such transfer"}`;
  return { step: stepOf("chain-status", agrees, told), status };
}

function safeAnswer(receipt: Receipt): { readonly answered: keyof typeof AGREEING } {
  try {
    return answerIn(receipt);
  } catch {
    // A list that cannot be read has failed at its own step.
    return { answered: "nothing" };
  }
}
