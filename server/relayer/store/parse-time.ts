/**
 * Reads times as a driver's own parser does, each once where rows one after the other have the same: transfers that came in
 * one order, or took a step together, do.
 */
export function onceEach(parse: (text: string) => unknown): (text: string) => unknown {
  let [lastText, lastMs] = ["", Number.NaN];
  return (text) => {
    if (text === lastText) return new Date(lastMs);
    const time = parse(text);
    if (time instanceof Date) [lastText, lastMs] = [text, time.getTime()];
    return time;
  };
}
