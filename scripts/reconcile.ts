/** `npm run reconcile`: do the relayer, the chain, both wallets and the bank say the same, item by item? */

import { type ClassifiedBreak, classify, lastBooked } from "./reconcile/classify-break.ts";
import {
  type Comparison,
  compareBank,
  compareChain,
  compareWallet,
} from "./reconcile/compare-books.ts";
import { findCorridors } from "./reconcile/find-books.ts";
import { daysFrom, readBank, readJournal, readWallet } from "./reconcile/read-all.ts";
import { readChainItems } from "./reconcile/read-chain-items.ts";
import { formatMoney } from "./terminal/format-money.ts";
import { formatTable } from "./terminal/print-table.ts";
import { readCount, readOptions } from "./terminal/read-options.ts";

const USAGE = `npm run reconcile -- [options]

  --directory .corridor   of the corridor to look at
  --grace 60              seconds for which one side may be ahead of the other
  --json                  print the result as JSON

Ends with 0 when nothing differs, 1 when something does, 2 when a side could not be read.`;

const { values } = readOptions(USAGE, {
  directory: { type: "string", default: ".corridor" },
  grace: { type: "string", default: "60" },
  json: { type: "boolean", default: false },
});

interface Result {
  readonly comparisons: readonly Comparison[];
  readonly breaks: readonly (ClassifiedBreak & { readonly sides: string })[];
}

async function reconcile(directory: string, graceSeconds: number): Promise<Result> {
  const { addresses, network, corridors } = findCorridors(directory);
  const journal = await readJournal(addresses.operationsUrl);
  const days = daysFrom(journal[0]?.at ?? new Date().toISOString());
  const statements = new Map(
    await Promise.all(
      Object.entries(addresses.wallets).map(
        async ([id, url]) => [id, await readWallet(url, days)] as const,
      ),
    ),
  );
  const comparisons = [
    compareChain(journal, await readChainItems(addresses.rpcUrl, network), corridors),
    ...corridors.flatMap(({ payer, payee }) => [
      compareWallet(journal, payer, statements.get(payer) ?? [], "payer"),
      compareWallet(journal, payee, statements.get(payee) ?? [], "payee"),
    ]),
    compareBank(journal, await readBank(addresses.bankUrl, days), network),
  ];
  const last = lastBooked(journal, [...statements.values()]);
  const now = Date.now();
  const breaks = comparisons.flatMap(({ sides, breaks: found }) =>
    classify(found, last, { now, graceSeconds }).map((each) => ({ ...each, sides })),
  );
  return { comparisons, breaks };
}

function print({ comparisons, breaks }: Result): void {
  const rows = comparisons.map(({ sides, items, breaks: found }) => [
    sides,
    `${items}`,
    `${found.length}`,
  ]);
  console.log(formatTable(["sides", "items", "differences"], rows));
  for (const each of breaks) {
    const { currency } = each;
    console.log(
      `\n${each.type}: ${each.sides}\n  ${each.key}\n  ${formatMoney(each.leftMinor, currency)} against ${formatMoney(each.rightMinor, currency)} ${currency}, ${each.ageSeconds} s old\n  ${each.nextAction}`,
    );
  }
  const real = breaks.filter(({ type }) => type !== "timing").length;
  console.log(`\n${real === 0 ? "Everybody says the same." : `${real} differences.`}`);
}

try {
  const result = await reconcile(values.directory, readCount("grace", values.grace, 0));
  if (values.json) {
    const text = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);
    console.log(JSON.stringify(result, text, 2));
  } else print(result);
  process.exitCode = result.breaks.some(({ type }) => type !== "timing") ? 1 : 0;
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}
