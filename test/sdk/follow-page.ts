import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One fenced block of a page: a command, or a file to save. What is only shown is left out. */
export interface Step {
  readonly kind: "run" | "save";
  /** Where a command runs, if not in the reader's folder; or the file's name. */
  readonly label: string;
  readonly text: string;
}

/** Reads a page's blocks in their order: "```sh [where]" runs, "```js name" and "```json name" save. */
export function stepsOf(page: string): Step[] {
  const blocks = page.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm);
  return [...blocks].flatMap(([, language, label = "", text = ""]): Step[] => {
    if (language === "sh") return [{ kind: "run", label, text }];
    if (language !== "text" && label !== "") return [{ kind: "save", label, text }];
    return [];
  });
}

export const readPage = (name: string) =>
  readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");

/** Saves a file as the page says. */
export const save = (folder: string, { label, text }: Step) =>
  writeFileSync(join(folder, label), text);

/** Runs a command in a folder and answers what it printed. @throws with its output when it fails or takes too long. */
export function run(command: string, folder: string, timeoutMs = 120_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { cwd: folder, shell: true, timeout: timeoutMs });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.once("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ended with ${code}:\n${output}`));
    });
  });
}
