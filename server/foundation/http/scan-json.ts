import { ProblemError } from "./problem-error.ts";

/** No single message of ours is nested deeper. */
export const MAX_DEPTH = 8;
const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];

/** How many members the objects of JSON text have, those that parsing drops included. */
function countWritten(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COLON) count++;
    if (code !== QUOTE) continue;
    for (at++; at < text.length && text.charCodeAt(at) !== QUOTE; at++) {
      if (text.charCodeAt(at) === BACKSLASH) at++;
    }
  }
  return count;
}

/** How many members the objects of a parsed value have; NaN when it is too deep or has a key that is not accepted. */
function countParsed(value: unknown, depth: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (depth === 0) return Number.NaN;
  let count = 0;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) count += countParsed(value[at], depth - 1);
    return count;
  }
  for (const key in value) {
    if (FORBIDDEN_KEYS.has(key)) return Number.NaN;
    count += 1 + countParsed((value as Record<string, unknown>)[key], depth - 1);
  }
  return count;
}

/** Whether `scanJson` finds nothing in text that was parsed into `value`: no member is lost where no key stands twice. */
export const isParsedWhole = (text: string, value: unknown, maxDepth = MAX_DEPTH): boolean =>
  countWritten(text) === countParsed(value, maxDepth);

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
