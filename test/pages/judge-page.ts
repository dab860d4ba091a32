import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { formatTable } from "../../scripts/terminal/print-table.ts";
import { type Look, nameOfLook } from "./open-page.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** What keeps somebody from using a page. */
const GRAVE = new Set(["serious", "critical"]);

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly help: string;
  readonly nodes: readonly { readonly html: string }[];
}

const judged: string[][] = [];

after("print what axe found", () => {
  if (judged.length === 0) return;
  console.log(`\n${formatTable(["page", "look", "rules passed", "minor", "grave"], judged)}\n`);
});

/** What is still fading in has another contrast than it is going to have; what turns for ever is left turning. */
const AT_REST = `Promise.all(
  document.getAnimations()
    .filter((each) => each.effect?.getTiming().iterations !== Infinity)
    .map((each) => each.finished.catch(() => undefined)),
).then(() => undefined)`;

/** Lets axe judge a page as it stands, once it has come to rest. @throws naming the first serious or critical finding. */
export async function judgePage(page: Page, name: string, look: Look): Promise<void> {
  // Through the debugger's door: the page's own policy lets no other script in.
  await page.evaluate(AT_REST);
  await page.evaluate(AXE);
  const { violations, passes } = (await page.evaluate("axe.run()")) as {
    violations: Finding[];
    passes: unknown[];
  };
  const grave = violations.filter(({ impact }) => GRAVE.has(impact ?? ""));
  const minor = violations.filter((each) => !grave.includes(each)).map(({ id }) => id);
  judged.push([name, nameOfLook(look), `${passes.length}`, minor.join(", "), `${grave.length}`]);
  const [first] = grave;
  if (!first) return;
  const where = first.nodes.map(({ html }) => html.slice(0, 200)).join("\n  ");
  throw new Error(`${name} ${nameOfLook(look)}: ${first.id}: ${first.help}\n  ${where}`);
}

/** A page is as wide as its window: nothing makes it scroll sideways. */
export async function assertFits(page: Page): Promise<void> {
  const wide = (await page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  )) as number;
  if (wide > 0) throw new Error(`the page is ${wide} px wider than its window`);
}
