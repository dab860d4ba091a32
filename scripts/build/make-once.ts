import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MARK = ".built-from";

/** A hash of files under a root, and of whatever else decides what is made from them. */
export function hashFiles(root: string, files: readonly string[], also = ""): string {
  const hash = createHash("sha256").update(also);
  for (const file of [...files].sort()) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

/**
 * Makes a folder from sources, unless it has been made from the very same. It is made beside its place and then put there,
 * unless another process was faster: nobody sees half of it.
 */
export async function makeOnce(
  folder: string,
  sources: string,
  make: (into: string) => void | Promise<void>,
): Promise<void> {
  const mark = join(folder, MARK);
  const isMade = () => existsSync(mark) && readFileSync(mark, "utf8") === sources;
  if (isMade()) return;
  const made = `${folder}-${process.pid}`;
  mkdirSync(made, { recursive: true });
  try {
    await make(made);
    writeFileSync(join(made, MARK), sources);
    if (isMade()) return;
    rmSync(folder, { recursive: true, force: true });
    renameSync(made, folder);
  } catch (error) {
    if (!isMade()) throw error;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}
