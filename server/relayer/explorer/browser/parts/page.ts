/** An element that the page has. @throws when it has not: template and script do not fit. */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found as T;
}

/** What the server put on the page: the rail that is pinned, and what its accounts and tokens are called. */
interface Rail {
  readonly chainId: string;
  readonly corridor: string;
  readonly accounts: Readonly<Record<string, string>>;
  readonly tokens: Readonly<Record<string, string>>;
}

const { rail: railText = "{}", node = "", verifier = "" } = element("explorer").dataset;
/** The rail that this page pins. */
export const rail = JSON.parse(railText) as Rail;
/** Where the verifier is loaded from once the page stands. */
export const verifierAddress = verifier;

/** A company's name by its account. */
export const nameOf = (account: string): string | undefined => rail.accounts[account.toLowerCase()];

const NODE_KEY = "corridor-node";

/**
 * The node that is asked. The server knows its origin alone, for the page's policy; a path, which may hold a key, stays in
 * this browser's tab.
 */
export function nodeUrl(): string {
  const kept = sessionStorage.getItem(NODE_KEY);
  return kept !== null && node !== "" && new URL(kept).origin === new URL(node).origin
    ? kept
    : node;
}

/** Loads the page again, for another node. What stands behind the # stays there. */
export function chooseNode(url: string): void {
  sessionStorage.setItem(NODE_KEY, url);
  const { origin } = new URL(url);
  location.assign(`/explorer?node=${encodeURIComponent(origin)}${location.hash}`);
}
