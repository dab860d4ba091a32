import type { HttpFault } from "./http-faults.ts";
import { startHttpProxy } from "./http-proxy.ts";
import { startTcpProxy, type TcpFault } from "./tcp-proxy.ts";

/** A service as somebody sees it over a bad line: the line can break, and what comes over it can be wrong. */
export interface FaultProxy extends AsyncDisposable {
  /** Where to reach the service from now on. */
  readonly url: string;
  /** Breaks the line; see tcp-proxy.ts. */
  breakLine(fault: TcpFault): Promise<void>;
  /** Lets single requests go wrong; see http-faults.ts. */
  program(...faults: readonly HttpFault[]): void;
  /** How often each programmed fault has struck. */
  strikes(): number[];
  /** Ends every fault. */
  heal(): Promise<void>;
}

/** Puts both kinds of faults in front of an HTTP or JSON-RPC service. */
export async function startFaultProxy(options: {
  /** The service's own URL. */
  readonly target: string;
  readonly port?: number;
  /** Repeats whatever is left to chance. */
  readonly seed?: number;
}): Promise<FaultProxy> {
  await using stack = new AsyncDisposableStack();
  const { target, port, seed = 1 } = options;
  const http = stack.use(await startHttpProxy({ target, seed }));
  const line = stack.use(
    await startTcpProxy({
      target: { host: "127.0.0.1", port: http.port },
      seed,
      ...(port !== undefined && { port }),
    }),
  );
  const owned = stack.move();
  return {
    url: `http://${line.host}:${line.port}`,
    breakLine: (fault) => line.set(fault),
    program: (...faults) => http.program(...faults),
    strikes: () => http.strikes(),
    async heal() {
      http.heal();
      await line.heal();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
