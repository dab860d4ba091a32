import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Exchange } from "../history.ts";

/** Where one relayer listens. */
export interface BalancedRelayer {
  readonly api: string;
  readonly operations: string;
}

/** One address in front of several relayers: a request goes to one that lives. */
export interface RelayerBalancer extends AsyncDisposable {
  readonly url: string;
  /**
   * Sends everything to one relayer while it lives; to all of them in turn when absent. Looks at that one first: it may
   * have been started since the last look.
   */
  prefer(instance?: number): Promise<void>;
}

const HOST = "127.0.0.1";
const CHECK_MS = 400;
const CHECK_TIMEOUT_MS = 1_000;

interface Target extends BalancedRelayer {
  readonly instance: number;
  healthy: boolean;
  /** Requests under way: cut when the relayer is found dead, so that their senders can go to another one. */
  readonly underWay: Set<() => void>;
}

interface Passed {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function parse(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Sends a request on to a relayer, under the name by which it was made; rejects when there is no whole answer. */
function pass(agent: Agent, target: Target, message: IncomingMessage, body: Buffer) {
  return new Promise<Passed>((resolve, reject) => {
    const { connection: _, "transfer-encoding": __, ...headers } = message.headers;
    const outgoing = request(
      new URL(message.url ?? "/", target.api),
      {
        agent,
        method: message.method ?? "GET",
        headers: { ...headers, "content-length": body.length },
      },
      (incoming) => {
        readAll(incoming).then(
          (answer) =>
            resolve({
              status: incoming.statusCode ?? 502,
              headers: incoming.headers,
              body: answer,
            }),
          reject,
        );
      },
    );
    const cut = () => outgoing.destroy(new Error("the relayer is not well"));
    target.underWay.add(cut);
    outgoing.on("close", () => target.underWay.delete(cut));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

async function isWell({ operations }: BalancedRelayer): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
    return (await fetch(new URL("/healthz", operations), { signal })).ok;
  } catch {
    return false;
  }
}

async function look(target: Target): Promise<void> {
  target.healthy = await isWell(target);
  if (!target.healthy) for (const cut of [...target.underWay]) cut();
}

/** Asks every relayer how it is, again and again. */
function watchHealth(targets: readonly Target[]): Disposable {
  const timer = setInterval(() => {
    for (const target of targets) void look(target);
  }, CHECK_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

const describe = (message: IncomingMessage, body: Buffer) => {
  const key = message.headers["idempotency-key"];
  return {
    method: message.method ?? "GET",
    path: message.url ?? "/",
    ...(typeof key === "string" && { idempotencyKey: key }),
    ...(body.length > 0 && { request: parse(body) }),
  };
};

function createTargets(relayers: readonly BalancedRelayer[]) {
  const targets = relayers.map(
    (relayer, instance): Target => ({ ...relayer, instance, healthy: true, underWay: new Set() }),
  );
  let preferred: number | undefined;
  let turn = 0;
  return {
    targets,
    async prefer(instance: number | undefined) {
      preferred = instance;
      const target = targets.find((each) => each.instance === instance);
      if (target) await look(target);
    },
    pick(): Target | undefined {
      const well = targets.filter(({ healthy }) => healthy);
      const wanted = well.find(({ instance }) => instance === preferred);
      return wanted ?? well[turn++ % Math.max(1, well.length)];
    },
  };
}

/** Starts a balancer that notes every exchange. A request that may have arrived somewhere goes nowhere else. */
export async function startRelayerBalancer(
  relayers: readonly BalancedRelayer[],
  note: (exchange: Exchange) => void,
): Promise<RelayerBalancer> {
  const agent = new Agent({ keepAlive: false });
  const choice = createTargets(relayers);
  const health = watchHealth(choice.targets);

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(message);
    const target = choice.pick();
    if (!target) {
      message.socket.destroy();
      return;
    }
    const asked = { sentAt: Date.now(), relayer: target.instance, ...describe(message, body) };
    try {
      const { status, headers, body: answer } = await pass(agent, target, message, body);
      note({ ...asked, answeredAt: Date.now(), status, answer: parse(answer) });
      const { connection: _, "transfer-encoding": __, ...kept } = headers;
      response.writeHead(status, { ...kept, "content-length": answer.length });
      response.end(answer);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ECONNREFUSED") target.healthy = false;
      note({ ...asked, answeredAt: Date.now() });
      message.socket.destroy();
    }
  }

  const server = createServer((message, response) => {
    serve(message, response).catch(() => message.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}`,
    prefer: (instance) => choice.prefer(instance),
    async [Symbol.asyncDispose]() {
      health[Symbol.dispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}
