import { Counter, Gauge, type Registry } from "prom-client";
import type { Logger } from "../../foundation/log/create-logger.ts";

type Labels = Readonly<Record<string, string>>;
/** A value of a gauge, with its labels where it has some. */
export type Sample = readonly [value: number, labels?: Labels];
type Described = Readonly<
  Record<string, { readonly help: string; readonly labels?: readonly string[] }>
>;

/** Gauges that are read from somewhere outside whenever somebody scrapes. */
export interface Readings {
  /**
   * Adds gauges that one reading fills together, so that they are shown as of the same moment. A reading that fails leaves
   * them out, and is counted: what is wrong elsewhere must not hide everything else.
   */
  add<D extends Described>(
    source: string,
    gauges: D,
    read: () => Promise<{ readonly [name in keyof D]: readonly Sample[] }>,
  ): void;
  /** Reads everything anew. */
  refresh(): Promise<void>;
}

/** Gauges of a registry, each read when it is asked for and never kept for the next time. */
export function createReadings(registry: Registry, log: Logger): Readings {
  const readers: (() => Promise<void>)[] = [];
  const failures = new Counter({
    name: "corridor_reading_failures_total",
    help: "Readings for this page that failed, by what could not be read",
    labelNames: ["source"],
    registers: [registry],
  });
  return {
    add(source, described, read) {
      failures.inc({ source }, 0);
      const gauges = Object.entries(described).map(([name, { help, labels = [] }]) => {
        const gauge = new Gauge({ name, help, labelNames: [...labels], registers: [registry] });
        return { name, gauge, labelled: labels.length > 0 };
      });
      readers.push(async () => {
        const samples = await read().catch((error: unknown) => {
          failures.inc({ source });
          log.warn({ source, err: error }, "a reading for the metrics failed");
          return undefined;
        });
        for (const { name, gauge, labelled } of gauges) {
          // A gauge without labels that is reset stands at nil, as if that had been read.
          if (labelled) gauge.reset();
          else gauge.remove();
          for (const [value, labels] of samples?.[name] ?? []) gauge.set(labels ?? {}, value);
        }
      });
    },
    async refresh() {
      await Promise.all(readers.map((reader) => reader()));
    },
  };
}
