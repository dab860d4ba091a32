import { randomBytes } from "node:crypto";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import { WEBHOOK_SECRET_BYTES, writeWebhookSecret } from "../../../protocol/webhook-signature.ts";
import type { WireWebhookDelivery, WireWebhookEndpoint } from "../../../protocol/wire/webhooks.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { ServiceContext } from "../service-context.ts";
import { listDeliveries, renewDelivery, replayDeliveries } from "../store/webhook-deliveries.ts";
import {
  deleteEndpoint,
  type EndpointKey,
  findEndpoint,
  insertEndpoint,
  listEndpoints,
  rotateSecret,
  type StoredEndpoint,
} from "../store/webhook-endpoints.ts";
import type { Page } from "./read-books.ts";

const MOST_ENDPOINTS = 10;
/** Both secrets sign for so long after a rotation. */
const OVERLAP_HOURS = 24;

const newSecret = () => writeWebhookSecret(randomBytes(WEBHOOK_SECRET_BYTES));

function toWire(endpoint: StoredEndpoint, showSecret = false): WireWebhookEndpoint {
  const { id, url, state, disabled_reason: disabledReason, created_at, secret } = endpoint;
  return {
    id,
    url,
    state,
    ...(disabledReason !== null && { disabledReason }),
    createdAt: created_at.toISOString(),
    ...(showSecret && { secret }),
  };
}

const missing = () => new ProblemError("not-found", "there is no webhook endpoint of this id");

async function ownEndpoint(context: ServiceContext, key: EndpointKey): Promise<StoredEndpoint> {
  const endpoint = await findEndpoint(context.db, key);
  if (!endpoint) throw missing();
  return endpoint;
}

/** Stores where a wallet wants to be told of everything from now on. The secret is shown this once. */
export async function createWebhookEndpoint(
  context: ServiceContext,
  participantId: ParticipantId,
  { url }: { readonly url: string },
): Promise<WireWebhookEndpoint> {
  await context.webhooks.assertAllowed(url);
  const wanted = { participantId, url, secret: newSecret(), most: MOST_ENDPOINTS };
  const endpoint = await insertEndpoint(context.db, wanted);
  if (endpoint) return toWire(endpoint, true);
  throw new ProblemError("limit-exceeded", `a wallet has ${MOST_ENDPOINTS} endpoints at most`, {
    remedy: "delete one that is not needed any more",
  });
}

export async function readWebhookEndpoints(context: ServiceContext, participantId: ParticipantId) {
  const endpoints = await listEndpoints(context.db, participantId);
  return { endpoints: endpoints.map((endpoint) => toWire(endpoint)) };
}

export async function removeWebhookEndpoint(context: ServiceContext, key: EndpointKey) {
  if (!(await deleteEndpoint(context.db, key))) throw missing();
}

/** A new secret, shown this once; for a day both sign. A disabled endpoint is called again. */
export async function rotateWebhookSecret(context: ServiceContext, key: EndpointKey) {
  const secret = newSecret();
  const endpoint = await rotateSecret(context.db, key, { secret, overlapHours: OVERLAP_HOURS });
  if (!endpoint) throw missing();
  return toWire(endpoint, true);
}

/** What became of each delivery, attempt by attempt. */
export async function readDeliveries(
  context: ServiceContext,
  key: EndpointKey,
  { after, limit }: Page,
): Promise<{ deliveries: WireWebhookDelivery[]; next: string }> {
  const { id: endpointId } = await ownEndpoint(context, key);
  const rows = await listDeliveries(context.db, { endpointId, after, limit });
  const deliveries = rows.map(
    (row): WireWebhookDelivery => ({
      id: row.id,
      seq: row.seq.toString(),
      type: `transfer.${JSON.parse(row.entry).state}`,
      state: row.state,
      attempts: row.attempts.map(({ attempt, at, status, error, duration_ms: durationMs }) => ({
        attempt,
        at: at.toISOString(),
        ...(status !== null && { status }),
        ...(error !== null && { error }),
        durationMs,
      })),
      ...(row.state === "pending" && { dueAt: row.due_at.toISOString() }),
    }),
  );
  return { deliveries, next: deliveries.at(-1)?.seq ?? after.toString() };
}

/** Sends one delivery again, under the same id. */
export async function redeliver(context: ServiceContext, key: EndpointKey, deliveryId: string) {
  const { id: endpointId } = await ownEndpoint(context, key);
  if (!(await renewDelivery(context.db, { endpointId, id: deliveryId }))) {
    throw new ProblemError("not-found", "there is no delivery of this id");
  }
  context.signals.wake("webhooks");
}

/** Sends everything again from a place in the event stream or a time on, each under its own id. */
export async function replayWebhooks(
  context: ServiceContext,
  key: EndpointKey,
  start: { readonly fromSeq: string } | { readonly from: string },
): Promise<{ replayed: number }> {
  const endpoint = await ownEndpoint(context, key);
  const replayed = await replayDeliveries(
    context.db,
    { id: endpoint.id, participantId: endpoint.participant_id },
    "fromSeq" in start
      ? { seq: BigInt(start.fromSeq) }
      : { at: new Date(start.from).toISOString() },
  );
  context.signals.wake("webhooks");
  return { replayed };
}
