/** One block of a server-sent event stream: an event when it has data, else a place or a pause to remember. */
export interface StreamBlock {
  readonly id?: string;
  readonly data?: string;
  /** Milliseconds to wait before coming back after a lost connection. */
  readonly retryMs?: number;
}

/** Longer than any event: what sends more without an end is no event stream. */
const MAX_BLOCK = 64 * 1024;

function fieldOf(line: string): [name: string, value: string] {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(" ") ? value.slice(1) : value];
}

/** Reads one block by the rules of the HTML standard, "9.2.6 Interpreting an event stream". */
function parseBlock(text: string): StreamBlock {
  let id: string | undefined;
  let retryMs: number | undefined;
  const data: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    const [name, value] = fieldOf(line);
    if (name === "data") data.push(value);
    else if (name === "id" && !value.includes("\0")) id = value;
    else if (name === "retry" && /^\d{1,7}$/.test(value)) retryMs = Number(value);
  }
  return {
    ...(id !== undefined && { id }),
    ...(data.length > 0 && { data: data.join("\n") }),
    ...(retryMs !== undefined && { retryMs }),
  };
}

/** The blocks of a server-sent event stream as they arrive. What a lost connection cut off is left out. */
export async function* readEventStream(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<StreamBlock, void, undefined> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true });
    for (let end = /\r\n\r\n|\n\n|\r\r/.exec(text); end; end = /\r\n\r\n|\n\n|\r\r/.exec(text)) {
      const block = text.slice(0, end.index);
      text = text.slice(end.index + end[0].length);
      yield parseBlock(block);
    }
    if (text.length > MAX_BLOCK) throw new RangeError("an event without an end");
  }
}
