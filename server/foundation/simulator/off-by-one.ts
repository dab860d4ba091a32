/** An amount as the wire carries it, one minor unit higher: "-12.00" becomes "-11.99". */
export function offByOne<T extends { readonly value: string }>(amount: T): T {
  const [, sign = "", whole = "0", point = "", part = ""] =
    /^(-?)(\d+)(\.?)(\d*)$/.exec(amount.value) ?? [];
  const minor = BigInt(`${sign}${whole}${part}`) + 1n;
  const digits = String(minor < 0n ? -minor : minor).padStart(part.length + 1, "0");
  const cut = digits.length - part.length;
  const value = `${digits.slice(0, cut)}${point}${digits.slice(cut)}`;
  return { ...amount, value: minor < 0n ? `-${value}` : value };
}

interface Amount {
  readonly value: string;
}

/**
 * A page of a statement with its first entry one minor unit off, and its closing balance with it, so that the statement
 * still adds up and only a comparison with other books finds it.
 */
export function withWrongEntry(statement: unknown, list: "lines" | "items"): unknown {
  const page = statement as { readonly closing: Amount } & Record<string, unknown>;
  const entries = page[list] as readonly { readonly amount: Amount }[];
  const [first, ...rest] = entries;
  if (first === undefined) return page;
  return {
    ...page,
    [list]: [{ ...first, amount: offByOne(first.amount) }, ...rest],
    closing: offByOne(page.closing),
  };
}
