import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

/** A file that pages use: a style, a script, a picture. It is named by its contents, and so never changes. */
export interface Asset {
  readonly name: string;
  readonly type: string;
  /** The first 16 digits of its contents' SHA-256. */
  readonly hash: string;
  /** Its bytes in an encoding, made once. */
  encoded(encoding: AssetEncoding): Buffer;
}

export type AssetEncoding = "br" | "gzip" | "identity";

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

const SERVER = new URL("../../", import.meta.url);
const BUILT = new URL("../../../generated/pages/", import.meta.url);

/** Where `npm run build:pages` leaves a page's script, by the script's source. */
export function builtScript(source: URL): URL {
  const path = source.href.slice(SERVER.href.length).replace(/\.ts$/, ".js");
  return new URL(path, BUILT);
}

function read(file: URL): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (!file.href.startsWith(BUILT.href)) throw error;
    throw new Error(`${fileURLToPath(file)} is not there: npm run build:pages makes it`);
  }
}

/** One asset of one or more files, in their order. @throws when a file is not there, or of no type that pages use. */
export function loadAsset(name: string, files: readonly URL[]): Asset {
  const type = TYPES[name.slice(name.lastIndexOf(".") + 1)];
  if (type === undefined) throw new Error(`a page has no use for ${name}`);
  const bytes = Buffer.concat(files.map(read));
  const made = new Map<AssetEncoding, Buffer>([["identity", bytes]]);
  const make = { br: brotliCompressSync, gzip: gzipSync, identity: (plain: Buffer) => plain };
  return {
    name,
    type,
    hash: createHash("sha256").update(bytes).digest("hex").slice(0, 16),
    encoded(encoding) {
      const found = made.get(encoding) ?? make[encoding](bytes);
      made.set(encoding, found);
      return found;
    },
  };
}
