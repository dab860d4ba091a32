import type { Address } from "../../../../protocol/messages.ts";
import { receiptSchema } from "../../../../protocol/wire/receipt.ts";
import { checkMessages, type ReceiptStepName } from "../../../../sdk/verify/receipt-checks.ts";

interface Evidence {
  readonly receipt: unknown;
  readonly deployment: { readonly chainId: string; readonly corridor: Address };
  readonly signers: { readonly bank: Address; readonly payer: Address; readonly payee: Address };
}

const WORDS: Readonly<Partial<Record<ReceiptStepName, string>>> = {
  deployment: "It is of this chain and this contract",
  "quote-signature": "The bank signed the quote",
  "batch-quote": "The batch is made for this quote",
  "batch-signature": "The payer signed the batch",
  inclusion: "The transfer stands at its place in the batch",
  rate: "Its amounts are in the quoted rate",
  "outcome-signature": "The payee signed the outcome",
  "return-signature": "The payee signed the return",
};

function line(passed: boolean, text: string): HTMLLIElement {
  const item = document.createElement("li");
  const badge = document.createElement("span");
  badge.className = "badge";
  badge.dataset["state"] = passed ? "good" : "bad";
  badge.textContent = passed ? "holds" : "fails";
  item.append(badge, ` ${text}`);
  return item;
}

/**
 * Checks a transfer's messages in the page, and writes what it found into a section of it.
 * @throws when the relayer does not give them.
 */
export async function verifyIn(section: HTMLElement): Promise<void> {
  const list = section.querySelector("[data-checks]");
  const verdict = section.querySelector("[data-verdict]");
  const answer = await fetch(section.dataset["verify"] ?? "");
  if (!answer.ok || !list || !verdict) throw new Error("the messages could not be read");
  const { receipt, deployment, signers } = (await answer.json()) as Evidence;
  const parsed = receiptSchema.safeParse(receipt);
  if (!parsed.success) {
    list.replaceChildren(line(false, "The messages are not written as receipts are"));
    return;
  }
  const known = { deployment: { ...deployment, chainId: BigInt(deployment.chainId) }, signers };
  const steps = checkMessages(parsed.data, known);
  list.replaceChildren(
    ...steps.map(({ step, passed, detail }) =>
      line(passed, `${WORDS[step] ?? step}${passed ? "" : `: ${detail}`}`),
    ),
  );
  const failed = steps.filter(({ passed }) => !passed).length;
  const answered = parsed.data.outcome ? "" : " The payee has not answered yet.";
  verdict.textContent =
    failed === 0 ? `All ${steps.length} hold.${answered}` : `${failed} of ${steps.length} fail.`;
}
