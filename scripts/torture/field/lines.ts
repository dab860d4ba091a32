import { writeFileSync } from "node:fs";
import { rpcUrlOf } from "../../../server/local/environments.ts";
import {
  type LocalPlan,
  pathIn,
  relayerName,
  relayerPorts,
  urlOf,
} from "../../../server/local/plan.ts";
import { type FaultProxy, startFaultProxy } from "../../../test/faults/fault-proxy.ts";
import { startTcpProxy, type TcpProxy } from "../../../test/faults/tcp-proxy.ts";
import type { History } from "../history.ts";
import type { PostgresServer } from "./postgres-server.ts";
import { type RelayerBalancer, startRelayerBalancer } from "./relayer-balancer.ts";

/** Every connection between two parties, each through something that can break it. */
export interface Lines extends AsyncDisposable {
  /** From each relayer to the chain's node. */
  readonly nodes: readonly FaultProxy[];
  /** From each relayer to PostgreSQL. */
  readonly databases: readonly TcpProxy[];
  /** From the relayers to the receiving wallet, and to the bank. */
  readonly payee: FaultProxy;
  readonly bank: FaultProxy;
  /** From the sending wallet to the relayers. */
  readonly relayers: FaultProxy;
  readonly balancer: RelayerBalancer;
  heal(): Promise<void>;
}

/** Puts lines between the services of a plan; answers the plan in which the services use them. */
export async function layLines(
  plan: LocalPlan,
  parts: {
    readonly postgres: PostgresServer;
    readonly database: string;
    readonly history: History;
    readonly seed: number;
  },
): Promise<{ lines: Lines; plan: LocalPlan }> {
  await using stack = new AsyncDisposableStack();
  const { postgres, database, history, seed } = parts;
  const [corridor] = plan.corridors;
  const payee = plan.wallets.find(({ participant }) => participant.id === corridor?.payee);
  if (!corridor || !payee) throw new Error("the plan has no corridor");
  const instances = Array.from({ length: 1 + plan.moreRelayers.length }, (_, each) => each);
  const nodes: FaultProxy[] = [];
  const databases: TcpProxy[] = [];
  for (const instance of instances) {
    const own = seed + instance;
    nodes.push(stack.use(await startFaultProxy({ target: rpcUrlOf(plan), seed: own })));
    const target = { host: postgres.host, port: postgres.port };
    databases.push(stack.use(await startTcpProxy({ target, seed: own })));
  }
  const payeeLine = stack.use(await startFaultProxy({ target: urlOf(plan, payee), seed }));
  const bankLine = stack.use(await startFaultProxy({ target: urlOf(plan, plan.bank), seed }));
  const targets = instances.map((instance) => {
    const { relayer, operations } = relayerPorts(plan, instance);
    return { api: urlOf(plan, { port: relayer }), operations: urlOf(plan, { port: operations }) };
  });
  const note = (exchange: History["exchanges"][number]) => void history.exchanges.push(exchange);
  const balancer = stack.use(await startRelayerBalancer(targets, note));
  const relayers = stack.use(await startFaultProxy({ target: balancer.url, seed }));
  const directory = pathIn(plan, "directory-of-lines.json");
  writeFileSync(
    directory,
    JSON.stringify({
      participants: {
        ...Object.fromEntries(plan.wallets.map((w) => [w.participant.id, urlOf(plan, w)])),
        [corridor.payee]: payeeLine.url,
      },
      bank: { id: plan.bank.participant.id, url: bankLine.url },
    }),
  );
  const relayerSettings = instances.map((instance) => [
    relayerName(instance),
    {
      RPC_URL: nodes[instance]?.url ?? "",
      DATABASE_URL: postgres.urlOf(database, databases[instance]),
      DIRECTORY_FILE: directory,
    },
  ]);
  const serviceSettings = {
    ...Object.fromEntries(relayerSettings),
    [corridor.payer]: { WALLET_RELAYER_URL: relayers.url },
    [corridor.payee]: {},
  };
  const owned = stack.move();
  const lines: Lines = {
    nodes,
    databases,
    payee: payeeLine,
    bank: bankLine,
    relayers,
    balancer,
    async heal() {
      const all = [...nodes, ...databases, payeeLine, bankLine, relayers];
      await Promise.all(all.map((line) => line.heal()));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
  return { lines, plan: { ...plan, serviceSettings } };
}
