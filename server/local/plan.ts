import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Corridor,
  loadCorridors,
  loadParticipants,
  type Participant,
} from "../../protocol/corridor.ts";
import { type CurrencyCode, currencyOf } from "../../protocol/currency.ts";
import { freePorts } from "./free-ports.ts";
import { participantKeys } from "./keys.ts";

/** One company of the local corridor. */
export interface PlannedParticipant {
  readonly participant: Participant;
  readonly keys: ReturnType<typeof participantKeys>;
  readonly port: number;
  /** Where its simulator can be told to misbehave, if it can. */
  readonly controlPort?: number;
  /** A wallet's one currency; a bank has none. */
  readonly currency?: CurrencyCode;
}

/** Everything about a corridor on one machine: decided before anything starts. */
export interface LocalPlan {
  readonly directory: string;
  /** The corridor outlives its processes: the next one planned on the directory goes on from it. */
  readonly keep: boolean;
  readonly host: string;
  readonly ports: {
    readonly chain: number;
    readonly relayer: number;
    readonly operations: number;
    /** The two phones' page, where it is served. */
    readonly demo: number;
  };
  /** Where the relayers beside the first one listen: all of them work on one PostgreSQL, each with a key of its own. */
  readonly moreRelayers: readonly RelayerPorts[];
  readonly blockTimeMs: number;
  readonly corridors: readonly Corridor[];
  readonly clocks: Clocks;
  readonly bank: PlannedParticipant;
  readonly wallets: readonly PlannedParticipant[];
  /** The day whose ECB rates the bank uses. */
  readonly ratesAsOf: string;
  readonly databaseUrl?: string;
  readonly logLevel: string;
  readonly cycleSeconds: number;
  /** How long a wallet waits before it settles for itself. */
  readonly settleWithinMs: number;
  /** Environment variables of every relayer that differ from the usual. */
  readonly relayerSettings: Readonly<Record<string, string>>;
  /** Environment variables of single services that differ from the usual, by the services' names. */
  readonly serviceSettings: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Where a relayer listens. */
export interface RelayerPorts {
  readonly relayer: number;
  readonly operations: number;
}

/** How long a user's quote, the bank's, and a hold past it live, in seconds. */
export type Clocks = Partial<
  Pick<Corridor, "quoteLifeSeconds" | "wholesaleLifeSeconds" | "holdSeconds">
>;

/** What a corridor is planned from. */
export interface PlanOptions {
  readonly directory: string;
  /** Whether to go on from what the directory holds, and to leave it there; forgotten when absent. */
  readonly keep?: boolean;
  readonly blockTimeMs?: number;
  readonly ratesAsOf?: string;
  /** Send currencies of the corridors to run; all of them when absent. */
  readonly sendCurrencies?: readonly string[];
  /** Well-known ports; any free ones when absent. */
  readonly wellKnownPorts?: boolean;
  /** The bank and the wallets can be told to misbehave, on ports of their own; not when absent. */
  readonly programmable?: boolean;
  /** Clocks of every corridor that differ from the file's. */
  readonly clocks?: Clocks;
  readonly databaseUrl?: string;
  readonly logLevel?: string;
  readonly cycleSeconds?: number;
  readonly settleWithinMs?: number;
  readonly relayerSettings?: Readonly<Record<string, string>>;
  /** How many relayers; several need a `databaseUrl`. One when absent. */
  readonly relayers?: number;
}

const CORRIDORS_FILE = new URL("../../config/corridors.json", import.meta.url);
/** The last day in the ECB file that the repository carries. */
const LAST_RATES = "2024-10-11";
const HOST = "127.0.0.1";
const WELL_KNOWN = {
  chain: 8545,
  relayer: 8080,
  operations: 8081,
  demo: 8079,
  bank: 8090,
  firstWallet: 8091,
};

/** The corridor file, and the part of it that a plan runs. */
export function corridorsFileFor(plan: LocalPlan): unknown {
  const file = JSON.parse(readFileSync(CORRIDORS_FILE, "utf8"));
  const ids = new Set(plan.corridors.map((corridor) => corridor.id as string));
  const run = file.corridors.filter((corridor: Corridor) => ids.has(corridor.id));
  return {
    ...file,
    corridors: run.map((corridor: Corridor) => ({ ...corridor, ...plan.clocks })),
  };
}

/** A path in the plan's directory. */
export const pathIn = (plan: LocalPlan, ...names: string[]) => join(plan.directory, ...names);

/** Every company that can take part in a plan. */
export function everyParticipant(): Participant[] {
  const file = JSON.parse(readFileSync(CORRIDORS_FILE, "utf8"));
  return [...loadParticipants(file).values()];
}

/** Every currency of the plan's corridors. */
export function currenciesOf(plan: LocalPlan): CurrencyCode[] {
  return [...new Set(plan.corridors.flatMap((c) => [c.sendCurrency, c.receiveCurrency]))];
}

function walletCurrencies(corridors: readonly Corridor[]): Map<Participant["id"], CurrencyCode> {
  const currencies = new Map<Participant["id"], CurrencyCode>();
  for (const { payer, sendCurrency, payee, receiveCurrency } of corridors) {
    currencies.set(payer, currencyOf(sendCurrency).code);
    currencies.set(payee, currencyOf(receiveCurrency).code);
  }
  return currencies;
}

/** Free ports for the relayers beside the first. @throws when they would have no database in common. */
async function planMoreRelayers({ relayers = 1, databaseUrl }: PlanOptions) {
  if (relayers > 1 && databaseUrl === undefined) {
    throw new Error(
      "several relayers need a PostgreSQL in common: the embedded database is for one process",
    );
  }
  const ports = await freePorts(HOST, 2 * (relayers - 1));
  return Array.from({ length: relayers - 1 }, (_, index): RelayerPorts => {
    return { relayer: ports[2 * index] ?? 0, operations: ports[2 * index + 1] ?? 0 };
  });
}

/** The corridors that send in some currencies. @throws for a currency that none sends in. */
function chooseCorridors(
  corridors: readonly Corridor[],
  wanted: PlanOptions["sendCurrencies"],
): Corridor[] {
  const sent: string[] = corridors.map(({ sendCurrency }) => sendCurrency);
  const unknown = wanted?.find((currency) => !sent.includes(currency));
  if (unknown !== undefined) {
    const known = [...new Set(sent)].join(", ");
    throw new Error(`no corridor sends in "${unknown}": there are corridors for ${known}`);
  }
  return corridors.filter(({ sendCurrency }) => wanted?.includes(sendCurrency) ?? true);
}

/** Decides who takes part, with which keys, on which ports. */
export async function planCorridor(options: PlanOptions): Promise<LocalPlan> {
  const file = JSON.parse(readFileSync(CORRIDORS_FILE, "utf8"));
  const participants = loadParticipants(file);
  const corridors = chooseCorridors([...loadCorridors(file).values()], options.sendCurrencies);
  const currencies = walletCurrencies(corridors);
  const bankId = corridors[0]?.banks[0];
  const bank = bankId && participants.get(bankId);
  if (!bank) throw new Error("the corridor file has no corridor with a bank");
  const wallets = [...participants.values()].filter(({ id }) => currencies.has(id));
  const ports = options.wellKnownPorts
    ? wallets.map((_, index) => WELL_KNOWN.firstWallet + index)
    : await freePorts(HOST, wallets.length + 5);
  const take = (known: number) => (options.wellKnownPorts ? known : (ports.pop() ?? 0));
  const controls = options.programmable ? await freePorts(HOST, wallets.length + 1) : [];
  const control = () => {
    const controlPort = controls.pop();
    return controlPort === undefined ? {} : { controlPort };
  };
  return {
    directory: options.directory,
    keep: options.keep ?? false,
    host: HOST,
    ports: {
      chain: take(WELL_KNOWN.chain),
      relayer: take(WELL_KNOWN.relayer),
      operations: take(WELL_KNOWN.operations),
      demo: take(WELL_KNOWN.demo),
    },
    moreRelayers: await planMoreRelayers(options),
    blockTimeMs: options.blockTimeMs ?? 1_000,
    corridors,
    clocks: options.clocks ?? {},
    bank: {
      participant: bank,
      keys: participantKeys(0),
      port: take(WELL_KNOWN.bank),
      ...control(),
    },
    wallets: wallets.map((participant, index) => {
      const currency = currencies.get(participant.id);
      if (!currency) throw new Error("a wallet without a currency");
      const keys = participantKeys(index + 1);
      return { participant, keys, port: ports[index] ?? 0, currency, ...control() };
    }),
    ratesAsOf: options.ratesAsOf ?? LAST_RATES,
    ...(options.databaseUrl !== undefined && { databaseUrl: options.databaseUrl }),
    logLevel: options.logLevel ?? "warn",
    cycleSeconds: options.cycleSeconds ?? 3_600,
    settleWithinMs: options.settleWithinMs ?? 5_000,
    relayerSettings: options.relayerSettings ?? {},
    serviceSettings: {},
  };
}

/** The name of a relayer among the plan's services; the first one is 0. */
export const relayerName = (instance: number) =>
  instance === 0 ? "relayer" : `relayer-${instance + 1}`;

/** Where a relayer of the plan listens; the first one is 0. @throws when the plan has none of that number. */
export function relayerPorts(plan: LocalPlan, instance: number): RelayerPorts {
  const ports = instance === 0 ? plan.ports : plan.moreRelayers[instance - 1];
  if (!ports) throw new Error(`the plan has no relayer ${instance}`);
  return ports;
}

/** Where a participant of the plan listens. */
export const urlOf = (plan: LocalPlan, { port }: { readonly port: number }) =>
  `http://${plan.host}:${port}`;
