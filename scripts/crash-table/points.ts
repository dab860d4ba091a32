/** What happens at a crash point. */
export const CRASHES = ["kill", "stop", "throw", "database"] as const;
export type Crash = (typeof CRASHES)[number];

/** A named place in the relayer, and the load under which it is reached. */
export interface CrashPoint {
  readonly name: string;
  readonly where: string;
  /** Payments alone, payments that are called back, or the start on a new database. */
  readonly load: "payments" | "recalls" | "migration";
}

const paid = (name: string, where: string): CrashPoint => ({ name, where, load: "payments" });
const recalled = (name: string, where: string): CrashPoint => ({ name, where, load: "recalls" });

/** Every crash point of the relayer. */
export const CRASH_POINTS: readonly CrashPoint[] = [
  paid("C01", "checked, before insert"),
  paid("C02", "insert committed, before 202"),
  paid("C03", "screened, before stored"),
  paid("C04", "signed and stored, before broadcast"),
  paid("C05", "broadcast, before the next"),
  paid("C06", "blocks read, before stored"),
  paid("C07", "facts applied, before commit"),
  paid("C08", "cycle stored, before asked"),
  paid("C09", "bank asked, before answer"),
  paid("C10", "bank answered, before stored"),
  paid("C11", "credit due, before sent"),
  paid("C12", "credit sent, before answer"),
  paid("C13", "credit answered, before stored"),
  paid("C14", "facts committed, before the next"),
  paid("C15", "webhook taken, before marked"),
  recalled("C16", "return stored, before broadcast"),
  recalled("C17", "return broadcast, before the next"),
  paid("C18", "pack signed, lease to be lost"),
  { name: "C19", where: "in a migration", load: "migration" },
  paid("C20", "audit entries written"),
  paid("C21", "checkpoint moved, facts not yet applied"),
];
