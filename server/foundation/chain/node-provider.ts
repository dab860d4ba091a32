import {
  type JsonRpcError,
  type JsonRpcPayload,
  JsonRpcProvider,
  type JsonRpcResult,
  makeError,
  Network,
} from "ethers";
import { Agent, request } from "undici";

const TIMEOUT_MS = 10_000;
/** The longest answer that is read: 500 blocks of full packs are some 40 MB of logs. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const CONNECTIONS = 16;
/** A node may close a kept connection just as a request leaves on it. */
const CLOSED = new Set(["ECONNRESET", "UND_ERR_SOCKET"]);

/**
 * ethers' provider over kept connections. Its own way of asking waits a millisecond for others to ask with, and decodes an
 * answer letter by letter, which for the logs of a busy block costs more than all else that is done with them. Answers are
 * never cached (`cacheTimeout: -1`): a cached head is a wrong head.
 */
export class NodeProvider extends JsonRpcProvider {
  readonly #url: string;
  #lastId = 0;
  readonly #agent = new Agent({
    connections: CONNECTIONS,
    pipelining: 1,
    maxResponseSize: MAX_ANSWER_BYTES,
  });

  constructor(url: string, chainId: bigint) {
    const network = Network.from(chainId);
    super(url, network, { staticNetwork: network, cacheTimeout: -1, batchMaxCount: 1 });
    this.#url = url;
  }

  /** Asks at once; throws what ethers makes of a node's error. */
  override async send(method: string, params: unknown[]): Promise<unknown> {
    const payload: JsonRpcPayload = { id: ++this.#lastId, jsonrpc: "2.0", method, params };
    const answers = this.destroyed ? [] : await this._send(payload);
    if (this.destroyed) {
      throw makeError("the connection was closed", "UNSUPPORTED_OPERATION", { operation: method });
    }
    const answer = answers.find(({ id }) => id === payload.id) as JsonRpcResult | JsonRpcError;
    if (!answer) throw makeError("the node did not answer this", "BAD_DATA", { value: answers });
    if ("error" in answer) throw this.getRpcError(payload, answer);
    return answer.result;
  }

  /** Every JSON-RPC call that we make can be repeated, sending a signed chain transaction included: once, on a new connection. */
  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    const body = JSON.stringify(payload);
    try {
      return await this.#post(body);
    } catch (error) {
      if (!CLOSED.has(String((error as NodeJS.ErrnoException).code))) throw error;
      return this.#post(body);
    }
  }

  async #post(body: string): Promise<JsonRpcResult[]> {
    const response = await request(this.#url, {
      dispatcher: this.#agent,
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { statusCode } = response;
    if (statusCode >= 400) {
      await response.body.dump();
      throw makeError(`the node answered ${statusCode}`, "SERVER_ERROR", {
        request: "a JSON-RPC call",
      });
    }
    const answer = (await response.body.json()) as JsonRpcResult | JsonRpcResult[];
    return Array.isArray(answer) ? answer : [answer];
  }

  override destroy(): void {
    super.destroy();
    void this.#agent.destroy();
  }
}
