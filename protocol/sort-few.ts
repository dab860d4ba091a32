/** From here on the engine's own sort is worth the copies that it makes. */
const FEW = 24;

/** Sorts texts by UTF-16 code units, in place: the few that an object has for keys, or a name for words. */
export function sortFew(texts: string[]): string[] {
  if (texts.length > FEW) return texts.sort();
  for (let end = 1; end < texts.length; end++) {
    const text = texts[end] as string;
    let at = end;
    for (; at > 0 && (texts[at - 1] as string) > text; at--) texts[at] = texts[at - 1] as string;
    texts[at] = text;
  }
  return texts;
}
