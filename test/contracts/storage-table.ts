import type { Analysis } from "./analyse-sources.ts";

/** Types' names without the numbers that the compiler gives them anew each time. */
const plain = (label: string) => label.replaceAll("struct ", "").replaceAll(/\b\w+\.(?=\w)/g, "");

/** A contract's storage as a table: its own slots, then those of each struct in it, counted from the struct's first. */
export function storageTable(analysis: Analysis, contract: string): string {
  const { storage, types } = analysis.layoutOf(contract);
  const rows = (variables: typeof storage, prefix: string) =>
    variables.map(({ label, slot, offset, type }) => {
      const kind = plain(types[type]?.label ?? type);
      return `| ${prefix}${slot} | ${offset} | \`${label}\` | \`${kind}\` |`;
    });
  const structs = Object.values(types)
    .flatMap(({ label, members }) => (members === undefined ? [] : [{ label, members }]))
    .sort((a, b) => (plain(a.label) < plain(b.label) ? -1 : 1))
    .flatMap(({ label, members }) => rows(members, `${plain(label)} + `));
  return ["| slot | byte | name | type |", "| --- | ---: | --- | --- |"]
    .concat(rows(storage, ""), structs)
    .join("\n");
}
