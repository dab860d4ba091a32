import { createHash, randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { open, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { CodeHolder, SignInCodes } from "../ports/sign-in-codes.ts";

/** How long a code may be used after it was made. */
export const CODE_LIFE_MS = 10 * 60_000;
/** Crockford's base 32: nothing in it is mistaken for another sign. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** Eighty bits, in four groups. */
const SIGNS = 16;
const MISREAD: Readonly<Record<string, string>> = { O: "0", I: "1", L: "1" };

/** Names of operators: they stand in the audit log. */
export const operatorSchema = z.string().regex(/^[a-z][a-z0-9.-]{0,39}$/);
export const consoleRoleSchema = z.enum(["viewer", "operator"]);
const codeFileSchema = z.strictObject({
  operator: operatorSchema,
  role: consoleRoleSchema,
  expiresAt: z.iso.datetime(),
});

/** A code as it is compared: however somebody has typed it. */
function normalise(code: string): string {
  return code
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "")
    .replace(/[OIL]/g, (sign) => MISREAD[sign] ?? sign);
}

/** A file is named by its code's hash: whoever lists the directory learns no code. */
const fileOf = (directory: string, code: string) =>
  join(directory, `${createHash("sha256").update(normalise(code)).digest("hex")}.json`);

const codesIn = (dataDirectory: string) => join(dataDirectory, "sign-in");

/**
 * Makes a one-time code for whoever reads this terminal, good for ten minutes. Its file, readable by its owner alone, is
 * what the relayer of this data directory believes.
 */
export function makeCode(dataDirectory: string, holder: CodeHolder): string {
  const signs = [...randomBytes(SIGNS)].map((byte) => ALPHABET[byte % ALPHABET.length]);
  const code = signs.join("").replace(/(.{4})(?!$)/g, "$1-");
  const directory = codesIn(dataDirectory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const expiresAt = new Date(Date.now() + CODE_LIFE_MS).toISOString();
  const content = JSON.stringify(codeFileSchema.parse({ ...holder, expiresAt }));
  writeFileSync(fileOf(directory, code), content, { mode: 0o600, flag: "wx" });
  return code;
}

async function readOwnFile(path: string): Promise<unknown> {
  await using file = await open(path);
  // What others on this machine can write, others can have made.
  if (((await file.stat()).mode & 0o077) !== 0) return undefined;
  return JSON.parse(await file.readFile("utf8"));
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === "ENOENT";

/** The codes that were made for the relayer of a data directory. Taking one removes its file first: it is used once. */
export function createCodeFiles(dataDirectory: string): SignInCodes {
  const directory = codesIn(dataDirectory);
  return {
    async take(code) {
      const taken = join(directory, `${randomUUID()}.taken`);
      try {
        await rename(fileOf(directory, code), taken);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
      try {
        const read = codeFileSchema.safeParse(await readOwnFile(taken));
        if (!read.success || Date.parse(read.data.expiresAt) <= Date.now()) return undefined;
        const { operator, role } = read.data;
        return { operator, role };
      } finally {
        await unlink(taken);
      }
    },
  };
}
