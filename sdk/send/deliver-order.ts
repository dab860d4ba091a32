import type { Transfer } from "../../protocol/wire/relayer.ts";
import type { RelayerClient } from "../api/relayer-client.ts";
import { RelayerProblem, RelayerUnreachable } from "../api/relayer-problem.ts";
import type { SignedOrder } from "./sign-order.ts";

/** How an order is handed in. */
export interface DeliveryOptions {
  /** How long the relayer may hold its answer back for the outcome; 0 to 30. */
  readonly waitSeconds: number;
  /** How long the same order is handed in again after no answer or "try again". */
  readonly repeatForMs: number;
  readonly signal?: AbortSignal | undefined;
}

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 5_000;
const TOO_MANY_REQUESTS = 429;

/** Whether the same order under the same key may be handed in again: it is carried out once, however often it comes. */
function mayRepeat(error: unknown): boolean {
  if (error instanceof RelayerUnreachable) return true;
  if (!(error instanceof RelayerProblem)) return false;
  return error.problem.retryable || error.problem.status === TOO_MANY_REQUESTS;
}

/** As long as the relayer asks for, else longer from time to time, and never in step with others. */
function pauseAfter(error: unknown, attempt: number): number {
  const asked = error instanceof RelayerProblem ? error.retryAfterSeconds : undefined;
  const usual = Math.min(FIRST_PAUSE_MS * 2 ** attempt, MAX_PAUSE_MS);
  return asked === undefined ? usual * (0.5 + Math.random() / 2) : asked * 1_000;
}

/**
 * Asks the relayer the same again after no answer or "try again", for as long as it is told: for what may be asked twice.
 * Throws the relayer's last word when it refuses, or when time is up.
 */
export async function repeatedly<T>(
  ask: () => Promise<T>,
  options: { readonly repeatForMs: number; readonly signal?: AbortSignal | undefined },
): Promise<T> {
  const deadline = performance.now() + options.repeatForMs;
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const pauseMs = pauseAfter(error, attempt);
      const late = performance.now() + pauseMs > deadline;
      if (!mayRepeat(error) || late || options.signal?.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

function post(relayer: RelayerClient, order: SignedOrder, waitSeconds: number) {
  const { idempotencyKey, request } = order;
  const { transfers, batch, signature } = request;
  const [only] = transfers;
  const sent = { idempotencyKey, waitSeconds };
  return transfers.length === 1 && only
    ? relayer.sendTransfer({ ...only, batch, signature }, sent).then((transfer) => [transfer])
    : relayer.sendBatch(request, sent);
}

/**
 * Hands a signed order in until the relayer has an answer to it, and answers its transfers. The key is the same each
 * time, so that nothing is sent twice. Throws the relayer's last word when it refuses, or when time is up: then it is not
 * known whether the order runs, and only the chain can say that it never will.
 */
export function deliverOrder(
  relayer: RelayerClient,
  order: SignedOrder,
  options: DeliveryOptions,
): Promise<readonly Transfer[]> {
  return repeatedly(() => post(relayer, order, options.waitSeconds), options);
}
