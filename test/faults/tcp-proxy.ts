import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../../scripts/kill-start/seeded-random.ts";

/** Requests go from who connected to the target, replies the other way. */
export type Direction = "requests" | "replies";

/**
 * What goes wrong on the line:
 * - `refuse`: nobody listens, and open connections are reset
 * - `reset`: connections are accepted and reset, open ones too
 * - `blackhole`: connections are accepted and nothing passes; what was held back passes when it is healed, as TCP does
 * - `delay`: every piece is late, by as much as `jitterMs` more, drawn from the seed
 * - `one-way`: only one direction passes
 * - `drop-reply`: requests pass; the first piece of a reply resets the connection instead
 * - `cut`: each connection is reset once so many bytes have passed in a direction
 */
export type TcpFault =
  | { readonly kind: "refuse" }
  | { readonly kind: "reset" }
  | { readonly kind: "blackhole" }
  | { readonly kind: "delay"; readonly ms: number; readonly jitterMs?: number }
  | { readonly kind: "one-way"; readonly passes: Direction }
  | { readonly kind: "drop-reply" }
  | { readonly kind: "cut"; readonly direction: Direction; readonly afterBytes: number };

/** A line to a target that can be broken and healed while it is in use. */
export interface TcpProxy extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Breaks the line in one way; what was broken before is healed. */
  set(fault: TcpFault): Promise<void>;
  heal(): Promise<void>;
  /** Connections that are open now. */
  open(): number;
  /** Connections that were ever accepted. */
  accepted(): number;
}

export interface TcpProxyOptions {
  readonly target: { readonly host: string; readonly port: number };
  /** 0 or absent takes any free one. */
  readonly port?: number;
  readonly seed?: number;
}

interface Line {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly passed: Record<Direction, number>;
}

const HOST = "127.0.0.1";

const listen = (server: Server, port: number) =>
  new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, () => {
      server.removeListener("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });

function hangUp({ client, upstream }: Line): void {
  client.resetAndDestroy();
  upstream.destroy();
}

/** The fault of the moment, and waiting for it to pass. */
function createWeather(seed: number) {
  const random = seededRandom(seed);
  let fault: TcpFault | undefined;
  let changed = Promise.withResolvers<void>();
  const holds = (direction: Direction) =>
    fault?.kind === "blackhole" || (fault?.kind === "one-way" && fault.passes !== direction);
  return {
    now: () => fault,
    change(made: TcpFault | undefined) {
      fault = made;
      changed.resolve();
      changed = Promise.withResolvers<void>();
    },
    /** Resolves once a direction is not held back. */
    async untilPasses(direction: Direction): Promise<void> {
      while (holds(direction)) await changed.promise;
    },
    async delay(): Promise<void> {
      if (fault?.kind !== "delay") return;
      await sleep(fault.ms + random() * (fault.jitterMs ?? 0));
    },
  };
}
type Weather = ReturnType<typeof createWeather>;

/** As much of a piece as may pass; the line is reset when that is not all of it. */
function allowance(weather: Weather, line: Line, direction: Direction, chunk: Buffer): Buffer {
  const fault = weather.now();
  if (fault?.kind === "drop-reply" && direction === "replies") return chunk.subarray(0, 0);
  if (fault?.kind !== "cut" || fault.direction !== direction) return chunk;
  return chunk.subarray(0, Math.max(0, fault.afterBytes - line.passed[direction]));
}

async function relay(weather: Weather, line: Line, direction: Direction): Promise<void> {
  const { client, upstream } = line;
  const [from, to] = direction === "requests" ? [client, upstream] : [upstream, client];
  for await (const chunk of from) {
    await weather.untilPasses(direction);
    await weather.delay();
    const passing = allowance(weather, line, direction, chunk);
    line.passed[direction] += passing.length;
    if (passing.length > 0 && !to.write(passing)) await once(to, "drain");
    if (passing.length < chunk.length) {
      // What was let through must leave before the reset overtakes it.
      await sleep(20);
      return hangUp(line);
    }
  }
  await weather.untilPasses(direction);
  to.end();
}

/** Starts a line to a target: anything that speaks TCP, so HTTP, WebSocket and PostgreSQL alike. */
export async function startTcpProxy({
  target,
  port = 0,
  seed = 1,
}: TcpProxyOptions): Promise<TcpProxy> {
  const weather = createWeather(seed);
  const lines = new Set<Line>();
  let accepted = 0;

  function accept(client: Socket): void {
    accepted++;
    if (weather.now()?.kind === "reset") {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ ...target, allowHalfOpen: true });
    const line: Line = { client, upstream, passed: { requests: 0, replies: 0 } };
    lines.add(line);
    const end = () => {
      lines.delete(line);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on("error", end);
    }
    const both = [relay(weather, line, "requests"), relay(weather, line, "replies")];
    Promise.all(both).then(end, end);
  }

  let server = createServer({ allowHalfOpen: true }, accept);
  const bound = await listen(server, port);
  const hangUpAll = () => {
    for (const line of lines) hangUp(line);
  };
  const stop = () => new Promise((resolve) => server.close(resolve));

  async function change(fault: TcpFault | undefined): Promise<void> {
    const wasRefusing = weather.now()?.kind === "refuse";
    weather.change(fault);
    if (fault?.kind === "refuse" || fault?.kind === "reset") hangUpAll();
    if (fault?.kind === "refuse" && !wasRefusing) await stop();
    if (fault?.kind !== "refuse" && wasRefusing) {
      server = createServer({ allowHalfOpen: true }, accept);
      await listen(server, bound);
    }
  }

  return {
    host: HOST,
    port: bound,
    set: change,
    heal: () => change(undefined),
    open: () => lines.size,
    accepted: () => accepted,
    async [Symbol.asyncDispose]() {
      const refusing = weather.now()?.kind === "refuse";
      weather.change(undefined);
      hangUpAll();
      if (!refusing) await stop();
    },
  };
}
