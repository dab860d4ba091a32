import type { RelayerClient } from "../api/relayer-client.ts";
import { toCorridorError, withCorridorErrors } from "./corridor-error.ts";

async function* told<T>(
  events: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  try {
    yield* events;
  } catch (error) {
    throw toCorridorError(error);
  }
}

/** The same relayer, whose every call and stream fails with `CorridorError`. */
export function speakCorridorErrors(relayer: RelayerClient): RelayerClient {
  return {
    quote: (request) => withCorridorErrors(() => relayer.quote(request)),
    batchQuotes: (requests) => withCorridorErrors(() => relayer.batchQuotes(requests)),
    sendTransfer: (request, options) =>
      withCorridorErrors(() => relayer.sendTransfer(request, options)),
    sendBatch: (request, options) => withCorridorErrors(() => relayer.sendBatch(request, options)),
    transfer: (uetr) => withCorridorErrors(() => relayer.transfer(uetr)),
    cancel: (uetr) => withCorridorErrors(() => relayer.cancel(uetr)),
    receipt: (uetr) => withCorridorErrors(() => relayer.receipt(uetr)),
    recall: (uetr) => withCorridorErrors(() => relayer.recall(uetr)),
    transfers: (query) => withCorridorErrors(() => relayer.transfers(query)),
    track: (uetr) => told(relayer.track(uetr)),
    events: (from) => told(relayer.events(from)),
  };
}
