import { toQuantity } from "ethers";
import pg from "pg";
import { callChain } from "../../../server/local/chain-clock.ts";
import type { LocalCorridor } from "../../../server/local/start-corridor.ts";

/** Counts since the corridor began. */
export interface Counters {
  /** Chain transactions to the Relay contract, and the gas they used. */
  readonly gas: number;
  readonly chainTransactions: number;
  /** Of all relayers together. */
  readonly statements: number;
  readonly httpServed: number;
  readonly httpMade: number;
  /** On PostgreSQL only. */
  readonly rowWrites?: number;
  readonly commits?: number;
  readonly walBytes?: number;
}

interface RpcBlock {
  readonly transactions: readonly string[];
}

/** Adds up what calls to the Relay contract have used, block by block, each block once. */
function createGasReader({ rpcUrl, network }: LocalCorridor) {
  let scanned = -1;
  let gas = 0;
  let chainTransactions = 0;
  return async () => {
    const head = Number(await callChain(rpcUrl, "eth_blockNumber", []));
    for (; scanned < head; scanned++) {
      const params = [toQuantity(scanned + 1), false];
      const block = (await callChain(rpcUrl, "eth_getBlockByNumber", params)) as RpcBlock;
      for (const hash of block.transactions) {
        const receipt = (await callChain(rpcUrl, "eth_getTransactionReceipt", [hash])) as {
          to: string | null;
          gasUsed: string;
        };
        if (receipt.to?.toLowerCase() !== network.relay.toLowerCase()) continue;
        gas += Number(receipt.gasUsed);
        chainTransactions++;
      }
    }
    return { gas, chainTransactions };
  };
}

/** The value of a metric in Prometheus' text form; 0 for one that has not been counted yet. */
export function metricIn(text: string, name: string, labels = ""): number {
  const line = text.split("\n").find((each) => each.startsWith(`${name}${labels} `));
  return Number(line?.split(" ").at(-1) ?? 0);
}

async function readMetrics(corridor: LocalCorridor) {
  const instances = Array.from({ length: 1 + corridor.plan.moreRelayers.length }, (_, i) => i);
  const texts = await Promise.all(
    instances.map(async (instance) =>
      (await fetch(new URL("/metrics", corridor.relayerUrls(instance).operations))).text(),
    ),
  );
  const sum = (name: string, labels?: string) =>
    texts.reduce((total, text) => total + metricIn(text, name, labels), 0);
  const requests = "corridor_http_requests_total";
  return {
    statements: sum("corridor_database_statements_total"),
    httpServed: sum(requests, '{direction="served"}'),
    httpMade: sum(requests, '{direction="made"}'),
  };
}

/** What PostgreSQL itself counts of a database. It is a second behind. */
async function readDatabaseWork(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(`
      select tup_inserted + tup_updated + tup_deleted as "rowWrites", xact_commit as commits,
        pg_current_wal_lsn() - '0/0' as "walBytes"
      from pg_stat_database where datname = current_database()`);
    const { rowWrites, commits, walBytes } = rows[0];
    return {
      rowWrites: Number(rowWrites),
      commits: Number(commits),
      walBytes: Number(walBytes),
    };
  } finally {
    await client.end();
  }
}

/** PostgreSQL's backends hand in their counts at most once a second. */
const STATISTICS_MS = 1_500;

/** Reads a corridor's counters; reading costs the services something, so do it outside of what is measured. */
export function createCounters(corridor: LocalCorridor) {
  const readGas = createGasReader(corridor);
  const { databaseUrl } = corridor.plan;
  return {
    /** All of them. */
    async read(): Promise<Counters> {
      if (databaseUrl !== undefined) {
        await new Promise((resolve) => setTimeout(resolve, STATISTICS_MS));
      }
      const work = databaseUrl === undefined ? {} : await readDatabaseWork(databaseUrl);
      return { ...(await readMetrics(corridor)), ...work, ...(await readGas()) };
    },
    /** Those that the chain alone knows; the others are 0. */
    async readChain(): Promise<Counters> {
      return { statements: 0, httpServed: 0, httpMade: 0, ...(await readGas()) };
    },
  };
}

/** What was counted between two readings, for each of some transfers. */
export function countersPer(before: Counters, after: Counters, transfers: number) {
  const each = (key: keyof Counters) => ((after[key] ?? 0) - (before[key] ?? 0)) / transfers;
  return {
    gas: Math.round(each("gas")),
    chainTransactions: each("chainTransactions"),
    statements: each("statements"),
    httpServed: each("httpServed"),
    httpMade: each("httpMade"),
    ...(after.rowWrites !== undefined && {
      rowWrites: each("rowWrites"),
      commits: each("commits"),
      walBytes: each("walBytes"),
    }),
  };
}
