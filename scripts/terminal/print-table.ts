/** Width of text on a terminal; East Asian wide characters take two columns. */
function widthOf(text: string): number {
  return [...text].reduce(
    (width, character) =>
      width +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/u.test(character)
        ? 2
        : 1),
    0,
  );
}

/** Rows as aligned columns; numbers on the right. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) =>
    Math.max(...all.map((row) => widthOf(row[column] ?? ""))),
  );
  const isNumber = (text: string) => /^[-+]?[₱$€¥]?[\d,.]+( ?[a-zA-Z%µ/]+)?$/.test(text);
  const cell = (text: string, width: number) => {
    const padding = " ".repeat(Math.max(0, width - widthOf(text)));
    return isNumber(text) ? padding + text : text + padding;
  };
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) => cell(row[column] ?? "", width))
      .join("  ")
      .trimEnd();
  return [
    line(header),
    widths.map((width) => "─".repeat(width)).join("  "),
    ...rows.map(line),
  ].join("\n");
}
