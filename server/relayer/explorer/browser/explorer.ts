/** The script of the explorer: takes a proof in, has it checked, and shows what came of it. */
import {
  type BroughtProof,
  findProof,
  proofInFragment,
  readProof,
  UnreadableProof,
} from "./parts/open-proof.ts";
import { chooseNode, element, nodeUrl, rail, verifierAddress } from "./parts/page.ts";
import { clearResult, showChecked, showVerdict } from "./parts/show-result.ts";

type Verifier = typeof import("./verify.ts");

const receiptInput = element<HTMLTextAreaElement>("receipt");
let verifier: Promise<Verifier> | undefined;
/** Of several checks only the newest is shown. */
let newest = 0;

/** The verifier is large, and so comes after the page: when the browser has nothing else to do, or when it is needed. */
function loadVerifier(): Promise<Verifier> {
  verifier ??= (import(verifierAddress) as Promise<Verifier>).catch((error: unknown) => {
    verifier = undefined;
    throw error;
  });
  return verifier;
}

async function check({ receipt, opening }: BroughtProof, own: number): Promise<void> {
  const { check: verify } = await loadVerifier();
  const checked = await verify(receipt, opening, { rail, rpcUrl: nodeUrl() });
  if (own !== newest) return;
  if (checked) {
    showChecked(checked, opening);
    return;
  }
  const text = `${nodeUrl() || "No node"} gave no usable answer. Nothing is known of the receipt; choose another node.`;
  showVerdict("unknown", "The node cannot be asked", text);
}

/** Takes a proof from wherever it comes, and checks it. */
async function take(bring: () => Promise<BroughtProof | undefined> | BroughtProof): Promise<void> {
  newest++;
  const own = newest;
  clearResult();
  showVerdict("checking", "Checking", "The signatures here, the rest on the node.");
  try {
    const brought = await bring();
    if (own !== newest) return;
    if (brought) await check(brought, own);
    else showVerdict("none", "Nothing to check yet", "This link carries no receipt.");
  } catch (error) {
    if (own !== newest) return;
    if (error instanceof UnreadableProof) {
      showVerdict("fails", "This cannot be read", error.message);
      return;
    }
    // Whatever has gone wrong: nobody is left to believe that it is still being checked.
    const text = "Nothing is known of the receipt. See whether you are online, and try again.";
    showVerdict("unknown", "It could not be checked", text);
    throw error;
  }
}

function show(bring: () => Promise<BroughtProof | undefined> | BroughtProof): void {
  void take(bring);
  element("result").scrollIntoView({ block: "nearest" });
}

async function takeFile(file: File | undefined): Promise<void> {
  if (!file) return;
  receiptInput.value = await file.text();
  show(() => readProof(receiptInput.value));
}

function onSubmit(form: string, act: () => void): void {
  element<HTMLFormElement>(form).addEventListener("submit", (event) => {
    event.preventDefault();
    act();
  });
}

onSubmit("receipt-form", () => show(() => readProof(receiptInput.value)));
onSubmit("salt-form", () => {
  const uetr = element<HTMLInputElement>("uetr").value.trim();
  const salt = element<HTMLInputElement>("salt").value.trim();
  show(() => findProof(uetr, salt));
});
onSubmit("node-form", () => {
  const url = element<HTMLInputElement>("node").value;
  if (URL.canParse(url)) chooseNode(url);
});
element<HTMLInputElement>("receipt-file").addEventListener("change", ({ currentTarget }) => {
  void takeFile((currentTarget as HTMLInputElement).files?.[0]);
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  void takeFile(event.dataTransfer?.files[0]);
});

const openLink = () => {
  if (location.hash !== "") show(() => proofInFragment(location.hash));
};
addEventListener("hashchange", openLink);
addEventListener("load", () => {
  openLink();
  // Should it not come now, it is asked for again when it is needed.
  setTimeout(() => void loadVerifier().catch(() => undefined), 500);
});
