import { type Result, toQuantity } from "ethers";
import { z } from "zod";
import { corridorAbi } from "../../protocol/contract-abi.ts";
import type { Deployment } from "../../protocol/messages.ts";

/** The node gave no usable answer; the same question may be asked again. */
export class ChainUnreachable extends Error {
  constructor(cause: unknown) {
    super("the node gave no usable answer", { cause });
    this.name = "ChainUnreachable";
  }
}

/** The contract refused a call, and named why, such as "SettlementClosed". */
export class ChainRefused extends Error {
  readonly reason: string;
  readonly values: readonly unknown[];
  constructor(reason: string, values: readonly unknown[] = []) {
    super(`the contract refused: ${reason}`);
    this.name = "ChainRefused";
    this.reason = reason;
    this.values = values;
  }
}

/** One Corridor contract, read through a node of the caller's choice. */
export interface ChainReader {
  readonly deployment: Deployment;
  /** Any JSON-RPC call. Throws `ChainRefused` when a contract reverts, else `ChainUnreachable`. */
  rpc(method: string, params: readonly unknown[]): Promise<unknown>;
  /** The same, its answer read with a schema. An answer in another form is `ChainUnreachable`, too. */
  read<T extends z.ZodType>(
    schema: T,
    method: string,
    params: readonly unknown[],
  ): Promise<z.output<T>>;
  /** Calls a view of the contract, at a block or at the newest one. Throws as `rpc` does. */
  view(name: string, args: readonly unknown[], block?: number): Promise<Result>;
}

/** Makes something of what a node has answered. @throws ChainUnreachable when nothing can be made of it. */
function usable<T>(make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw new ChainUnreachable(cause);
  }
}

const TIMEOUT_MS = 10_000;
const answerSchema = z.object({
  result: z.unknown().optional(),
  error: z.object({ message: z.string(), data: z.unknown().optional() }).optional(),
});

const chainIdSchema = z
  .string()
  .regex(/^0x[0-9a-f]+$/i)
  .transform(BigInt);

/** Nodes put a revert's bytes in `data`, or one level deeper. */
function revertBytes(data: unknown): string | undefined {
  const inner =
    typeof data === "object" && data !== null ? (data as { data?: unknown }).data : data;
  return typeof inner === "string" && /^0x[0-9a-f]{8,}$/i.test(inner) ? inner : undefined;
}

function refusalIn(error: { message: string; data?: unknown }): ChainRefused | undefined {
  const bytes = revertBytes(error.data);
  const known = bytes === undefined ? null : corridorAbi.parseError(bytes);
  if (known) return new ChainRefused(known.name, [...known.args]);
  if (bytes !== undefined) return new ChainRefused(bytes.slice(0, 10));
  return /revert/i.test(error.message) ? new ChainRefused("unnamed") : undefined;
}

/**
 * Connects to a node and checks that it serves the deployment's chain; each call waits for ten seconds at most.
 * @throws ChainUnreachable when it serves another chain or none.
 */
export async function openChain(options: {
  readonly rpcUrl: string;
  readonly deployment: Deployment;
}): Promise<ChainReader> {
  const { deployment } = options;
  const rpc: ChainReader["rpc"] = async (method, params) => {
    let answer: z.output<typeof answerSchema>;
    try {
      const response = await fetch(options.rpcUrl, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      answer = answerSchema.parse(await response.json());
    } catch (cause) {
      throw new ChainUnreachable(cause);
    }
    if (!answer.error) return answer.result;
    const { message, data } = answer.error;
    throw refusalIn({ message, data }) ?? new ChainUnreachable(message);
  };
  const read: ChainReader["read"] = async (schema, method, params) => {
    const result = await rpc(method, params);
    return usable(() => schema.parse(result));
  };
  const chainId = await read(chainIdSchema, "eth_chainId", []);
  if (chainId !== deployment.chainId) {
    throw new ChainUnreachable(`the node serves chain ${chainId}, not ${deployment.chainId}`);
  }
  return {
    deployment,
    rpc,
    read,
    async view(name, args, block) {
      const call = { to: deployment.corridor, data: corridorAbi.encodeFunctionData(name, args) };
      const tag = block === undefined ? "latest" : toQuantity(block);
      const bytes = await read(z.string(), "eth_call", [call, tag]);
      return usable(() => corridorAbi.decodeFunctionResult(name, bytes));
    },
  };
}
