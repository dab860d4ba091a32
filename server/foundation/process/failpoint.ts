/** What an armed failpoint does when it is reached. */
type Act =
  | { readonly kind: "kill" | "stop" | "hang" | "throw" }
  | { readonly kind: "sleep"; readonly ms: number };

interface Armed {
  readonly act: Act;
  /** Acts at this hit, counted from 1, and at no other. */
  readonly atHit: number;
  hits: number;
}

// Undefined in normal operation: then a failpoint costs one comparison.
let armed: Map<string, Armed> | undefined;

const FORM = /^([A-Z]\d{2}):(kill|stop|hang|throw|sleep=(\d{1,6}))(?::(\d{1,6}))?$/;

/**
 * Arms failpoints, for tests of crashes: `C08:kill:3` ends the process the third time it comes to C08. Acts are `kill`
 * (SIGKILL to itself), `stop` (SIGSTOP to itself), `hang`, `throw` and `sleep=MS`; several are separated by commas. An
 * empty text disarms all. Throws for a text that is not understood, so that no test believes in a fault it never had.
 */
export function armFailpoints(text: string): void {
  armed = undefined;
  if (text === "") return;
  const entries = text.split(",").map((each): [string, Armed] => {
    const [, name, kind, ms, hit] = FORM.exec(each) ?? [];
    if (name === undefined || kind === undefined) {
      throw new Error(`"${each}" is no failpoint: write NAME:ACT or NAME:ACT:HIT`);
    }
    const act = (ms === undefined ? { kind } : { kind: "sleep", ms: Number(ms) }) as Act;
    return [name, { act, atHit: Number(hit ?? 1), hits: 0 }];
  });
  armed = new Map(entries);
}

/** Whether a failpoint is armed, and how often it has been reached: to know that a fault took place. */
export function failpointHits(name: string): number | undefined {
  return armed?.get(name)?.hits;
}

/** A place in the code where a crash is worth trying. Does nothing, at no cost, unless it is armed. */
export function failpoint(name: string): Promise<void> | undefined {
  const point = armed?.get(name);
  if (point === undefined || ++point.hits !== point.atHit) return undefined;
  return act(name, point.act);
}

async function act(name: string, { kind, ...rest }: Act): Promise<void> {
  process.stderr.write(`failpoint ${name}: ${kind}\n`);
  switch (kind) {
    case "kill":
    case "stop":
      process.kill(process.pid, kind === "kill" ? "SIGKILL" : "SIGSTOP");
      // The signal may take a moment to arrive: nothing may be done meanwhile.
      return new Promise((resolve) => setTimeout(resolve, 100));
    case "hang":
      return new Promise(() => {});
    case "throw":
      throw new Error(`failpoint ${name}`);
    case "sleep":
      return new Promise((resolve) => setTimeout(resolve, "ms" in rest ? rest.ms : 0));
  }
}
