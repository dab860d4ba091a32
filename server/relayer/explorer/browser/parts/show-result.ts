import type { Opening } from "../../../../../sdk/verify/receipt-checks.ts";
import type { Checked, ReceiptFacts } from "../verify.ts";
import { element, nameOf, rail } from "./page.ts";
import { STATUS_WORDS, STEP_WORDS } from "./step-words.ts";

type Verdict = "none" | "checking" | "holds" | "fails" | "unknown";

/** Says what has come of it, to eyes and ears. */
export function showVerdict(verdict: Verdict, title: string, text: string): void {
  element("verdict").dataset["verdict"] = verdict;
  element("result-title").textContent = title;
  element("verdict-text").textContent = text;
  element("spoken").textContent = `${title}. ${text}`;
}

/** Takes away what the last check left. */
export function clearResult(): void {
  element("steps").replaceChildren();
  element("facts").replaceChildren();
  element("facts").hidden = true;
}

function stepLine({ step, passed, detail }: Checked["steps"][number]): HTMLElement {
  const { title, holds, fails } = STEP_WORDS[step];
  const line = document.createElement("li");
  line.dataset[passed ? "done" : "failed"] = "";
  line.dataset["step"] = step;
  const head = document.createElement("strong");
  head.textContent = title;
  const mark = document.createElement("span");
  mark.className = "small strong";
  mark.textContent = passed ? "holds" : "fails";
  const text = document.createElement("span");
  text.className = "small soft";
  text.textContent = passed ? holds : `${fails} (${detail})`;
  line.append(head, mark, text);
  return line;
}

function addFact(name: string, value: string, mono = false): void {
  const term = document.createElement("dt");
  term.textContent = name;
  const description = document.createElement("dd");
  description.textContent = value;
  if (mono) description.className = "mono";
  element("facts").append(term, description);
}

/** Minor units with two decimals: the currencies of the rail's tokens are named by the page, their scale by Intl. */
function money(minor: string, token: string): string {
  const currency = rail.tokens[token.toLowerCase()];
  if (currency === undefined) return `${minor} minor units of ${token}`;
  const { maximumFractionDigits: scale = 2 } = new Intl.NumberFormat("en", {
    style: "currency",
    currency,
  }).resolvedOptions();
  const padded = minor.padStart(scale + 1, "0");
  const whole = padded.slice(0, padded.length - scale);
  const grouped = BigInt(whole).toLocaleString("en");
  return `${scale === 0 ? grouped : `${grouped}.${padded.slice(-scale)}`} ${currency}`;
}

const party = (account: string) => {
  const name = nameOf(account);
  return name === undefined ? account : `${name} · ${account}`;
};

function showOpening({ details }: Opening): void {
  const { debtor, creditor } = details;
  addFact("Sender", debtor.name);
  addFact("Recipient", `${creditor.name}, ${creditor.account.value}`);
  addFact("UETR", details.uetr, true);
}

function showFacts(facts: ReceiptFacts, checked: Checked, opening: Opening | undefined): void {
  addFact("Where it is", STATUS_WORDS[checked.onChain ?? ""] ?? "unknown");
  if (checked.rejectedFor !== undefined) addFact("Rejected for", checked.rejectedFor);
  if (checked.returnedFor !== undefined) addFact("Returned for", checked.returnedFor);
  addFact("Sent", money(facts.sendMinor, facts.sendToken));
  addFact("Received", money(facts.receiveMinor, facts.receiveToken));
  if (opening) showOpening(opening);
  addFact("Payer", party(facts.payer));
  addFact("Payee", party(facts.payee));
  addFact("Bank", party(facts.bank));
  addFact("Batch", facts.batchId, true);
  addFact("Place in it", `${facts.index + 1} of ${facts.count}`);
  for (const [what, place] of Object.entries(facts.chain)) {
    if (place === undefined) continue;
    addFact(`Block, ${what}`, `${place.blockNumber} · ${place.transactionHash}`, true);
  }
  addFact("Commitment", facts.commitment, true);
  element("facts").hidden = false;
}

/** Shows each step with its end, what it comes to, and the facts if all of them hold. */
export function showChecked(checked: Checked, opening: Opening | undefined): void {
  element("steps").replaceChildren(...checked.steps.map(stepLine));
  const failed = checked.steps.find(({ passed }) => !passed);
  if (failed) {
    const { title, fails } = STEP_WORDS[failed.step];
    showVerdict("fails", "This receipt does not hold", `It fails at “${title}”. ${fails}`);
    return;
  }
  const where = STATUS_WORDS[checked.onChain ?? ""] ?? "its place is unknown";
  showVerdict("holds", "The proof holds", `All ${checked.steps.length} steps hold; ${where}.`);
  if (checked.facts) showFacts(checked.facts, checked, opening);
}
