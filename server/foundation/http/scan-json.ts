import { ProblemError } from "./problem-error.ts";

/** No single message of ours is nested deeper. */
export const MAX_DEPTH = 8;
const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/** Where the string that opens at `start` closes, or the text's end. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

function readKey(text: string, start: number, end: number): string | undefined {
  let after = end + 1;
  while (/\s/.test(text[after] ?? "")) after++;
  if (text[after] !== ":") return undefined;
  try {
    return JSON.parse(text.slice(start, end + 1));
  } catch {
    return undefined;
  }
}

function addKey(keys: Set<string> | undefined, key: string): void {
  if (FORBIDDEN_KEYS.has(key)) {
    throw new ProblemError("unknown-field", `the key ${key} is not accepted`);
  }
  if (keys?.has(key)) throw new ProblemError("duplicate-key", `the key ${key} stands twice`);
  keys?.add(key);
}

/**
 * Looks through JSON text for what `JSON.parse` accepts in silence: duplicate keys, of which parsers keep
 * different ones, keys that reach an object's prototype, and nesting deeper than any message of ours.
 * It does not validate: text that is not JSON is left to the parser.
 */
export function scanJson(text: string, maxDepth = MAX_DEPTH): void {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{" || character === "[") {
      open.push(new Set());
      if (open.length > maxDepth) {
        throw new ProblemError("too-deep", `the body is nested over ${maxDepth} levels`);
      }
    } else if (character === "}" || character === "]") {
      open.pop();
    } else if (character === '"') {
      const end = endOfString(text, at);
      const key = readKey(text, at, end);
      if (key !== undefined) addKey(open.at(-1), key);
      at = end;
    }
  }
}
