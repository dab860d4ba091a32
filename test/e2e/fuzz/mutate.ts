import type { Draw } from "./draw.ts";

type Path = readonly (string | number)[];

const LONG = "x".repeat(3_000);
const STRINGS: readonly string[] = [
  "",
  " ",
  "0",
  "-1",
  "1e3",
  "NaN",
  "100.00",
  "0.00",
  "9".repeat(60),
  "HKD",
  "hkd",
  "null",
  "0x",
  `0x${"0".repeat(64)}`,
  `0x${"f".repeat(130)}`,
  "2026-01-01T00:00:00Z",
  "+639171234567",
  "María",
  "e\u0301",
  "\u202e",
  "\ud800",
  "\u0000",
  "__proto__",
  "'; drop table transfers; --",
  "<script>",
  LONG,
];
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  [],
  {},
  [[]],
  { a: 1 },
];
const KEYS = ["a", "state", "__proto__", "constructor", "\u200b", "amount", "", LONG];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, each]) =>
    pathsOf(each, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? inner : [path, ...inner];
}

type Holder = Record<string | number, unknown>;

/** Changes one place of a JSON value, with the structure around it kept. */
function mutateOnce(draw: Draw, body: unknown): void {
  const path = draw.one(pathsOf(body).filter(({ length }) => length > 0));
  let holder = body as Holder;
  for (const key of path.slice(0, -1)) holder = holder[key] as Holder;
  const key = path.at(-1) ?? "";
  const own = holder[key];
  switch (draw.below(7)) {
    case 0:
      // A copy: what is changed in it later belongs to this body alone.
      holder[key] = structuredClone(draw.one(VALUES));
      return;
    case 1:
      delete holder[key];
      return;
    case 2:
      Object.defineProperty(holder, draw.one(KEYS), {
        value: draw.one(STRINGS),
        enumerable: true,
        writable: true,
        configurable: true,
      });
      return;
    case 3:
      holder[key] = [own, structuredClone(own)];
      return;
    case 4:
      holder[key] = typeof own === "string" ? own + draw.one(STRINGS) : draw.one(STRINGS);
      return;
    case 5:
      holder[key] = typeof own === "string" ? own.slice(0, draw.below(own.length + 1)) : { own };
      return;
    default:
      holder[key] = draw.one(STRINGS);
  }
}

/** Breaks JSON text as text. */
function breakText(draw: Draw, text: string): string | Buffer {
  const at = draw.below(text.length);
  switch (draw.below(7)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return `${text.slice(0, at)}${draw.one(['"', "{", "}", ",", "\\", "\u0000", "\ufeff"])}${text.slice(at)}`;
    case 2:
      return Buffer.concat([Buffer.from(text.slice(0, at)), Buffer.from([0xff, 0xc0])]);
    case 3:
      return text.replace("{", '{"a":1,"a":2,');
    case 4:
      return `${'{"a":'.repeat(20)}${text}${"}".repeat(20)}`;
    case 5:
      return draw.one(["", "[]", "null", "1", '"a"', " ", "[".repeat(9_000)]);
    default:
      return `${text}${text}`;
  }
}

/** A body that is nearly, or not at all, the one that was given. */
export function mutateBody(draw: Draw, example: unknown): string | Buffer {
  const body = structuredClone(example);
  const isEmpty = Object.keys(body as object).length === 0;
  for (let times = draw.below(4); times > 0 && !isEmpty; times--) {
    if (Object.keys(body as object).length > 0) mutateOnce(draw, body);
  }
  const text = JSON.stringify(body);
  return draw.chance(0.15) ? breakText(draw, text) : text;
}

/** What stands in a path or a query: a value of the right form, or none. */
export function mutateText(draw: Draw, good: readonly string[]): string {
  if (draw.chance(0.4)) return encodeURIComponent(draw.one(good));
  const wrong = [
    "1",
    draw.uuid(),
    draw.uuid().toUpperCase(),
    "%ff",
    "%00",
    "..",
    "{a}",
    LONG,
    "a%20b",
  ];
  return draw.one(wrong);
}
