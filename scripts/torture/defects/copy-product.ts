import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Change } from "./defects.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const COPIED = ["server", "protocol", "sdk", "deployment", "config", "package.json"];
/** Read and never changed. */
const LINKED = ["node_modules", "data", "artifacts", "generated"];

/** A copy of the product that can be broken; it goes with its disposal. */
export interface ProductCopy extends Disposable {
  readonly root: string;
}

function make(root: string, { file, replace, with: other }: Change): void {
  const path = join(root, file);
  const text = readFileSync(path, "utf8");
  if (text.split(replace).length !== 2) throw new Error(`not once in ${file}: ${replace}`);
  writeFileSync(
    path,
    text.replace(replace, () => other),
  );
}

/** Copies the product and makes some changes to it. @throws when a piece does not stand in its file exactly once. */
export function copyProduct(changes: readonly Change[]): ProductCopy {
  const root = mkdtempSync(join(tmpdir(), "corridor-defect-"));
  const remove = () => rmSync(root, { recursive: true, force: true });
  try {
    for (const name of COPIED) cpSync(join(ROOT, name), join(root, name), { recursive: true });
    for (const name of LINKED) symlinkSync(join(ROOT, name), join(root, name));
    for (const change of changes) make(root, change);
  } catch (error) {
    remove();
    throw error;
  }
  return { root, [Symbol.dispose]: remove };
}
