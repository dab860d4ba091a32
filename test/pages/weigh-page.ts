import type { Page } from "playwright-core";
import { formatTable } from "../../scripts/terminal/print-table.ts";

const weighed: string[][] = [];

after("print what pages weigh", () => {
  if (weighed.length === 0) return;
  const head = ["page", "bytes before first paint", "bytes in all", "first paint ms"];
  console.log(`\n${formatTable(head, weighed)}\n`);
});

/** What came over the line for a page, as its browser counts it. */
export interface Weight {
  /** Bytes that were transferred before anything was painted. */
  readonly beforePaint: number;
  readonly inAll: number;
  /** Milliseconds from asking for the page to the first contentful paint. */
  readonly firstPaintMs: number;
}

const READ = `(() => {
  const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN;
  const sum = (some) => some.reduce((total, { transferSize }) => total + transferSize, 0);
  return { beforePaint: sum(entries.filter(({ startTime }) => startTime < paint)), inAll: sum(entries), firstPaintMs: paint };
})()`;

/** Weighs a page that has been opened in a context of its own, and so came over the line as a whole. */
export async function weighPage(page: Page, name: string): Promise<Weight> {
  await page.waitForFunction(
    "performance.getEntriesByName('first-contentful-paint').length > 0 && document.readyState === 'complete'",
  );
  const weight = (await page.evaluate(READ)) as Weight;
  const { beforePaint, inAll, firstPaintMs } = weight;
  weighed.push([name, `${beforePaint}`, `${inAll}`, firstPaintMs.toFixed(0)]);
  return weight;
}
