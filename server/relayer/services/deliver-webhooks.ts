import { signWebhook } from "../../../protocol/webhook-signature.ts";
import { failpoint } from "../../foundation/process/failpoint.ts";
import type { WebhookAnswer } from "../ports/webhooks.ts";
import type { ServiceContext } from "../service-context.ts";
import {
  claimDeliveries,
  type DueDelivery,
  makeOutDeliveries,
  saveAttempt,
} from "../store/webhook-deliveries.ts";
import { disableEndpoint } from "../store/webhook-endpoints.ts";
import { describeEvents } from "./describe-event.ts";
import { nextTryInMs } from "./webhook-schedule.ts";

/** Deliveries made out for one endpoint at a time. */
const MAKE_OUT_LIMIT = 500;
/** Calls under way to one endpoint. */
const PER_ENDPOINT = 8;
/** Longer than a call may take. */
const LEASE_MS = 30_000;
const GONE = 410;

function headersFor(delivery: DueDelivery, body: string): Record<string, string> {
  const timestamp = Math.floor(Date.now() / 1_000);
  const message = { id: delivery.id, timestamp, body };
  const secrets = [delivery.secret, delivery.previous_secret].filter((each) => each !== null);
  return {
    "content-type": "application/json",
    "user-agent": "Corridor-Webhooks/1",
    "webhook-id": delivery.id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": secrets.map((secret) => signWebhook(secret, message)).join(" "),
  };
}

interface Answered {
  readonly answer?: WebhookAnswer;
  readonly error?: string;
  readonly durationMs: number;
}

/** Calls once. What went wrong is told by its name only: a stranger's text has no place in our log. */
async function call({ webhooks }: ServiceContext, delivery: DueDelivery, body: string) {
  const began = performance.now();
  const since = () => Math.round(performance.now() - began);
  try {
    const answer = await webhooks.post(delivery.url, headersFor(delivery, body), body);
    return { answer, durationMs: since() } satisfies Answered;
  } catch (error) {
    const { name, code } = error as { name?: string; code?: string };
    return { error: code ?? name ?? "Error", durationMs: since() } satisfies Answered;
  }
}

const isTaken = (status: number) => status >= 200 && status < 300;

async function deliver(context: ServiceContext, delivery: DueDelivery, body: string) {
  const { db } = context;
  const { answer, error, durationMs }: Answered = await call(context, delivery, body);
  if (answer && isTaken(answer.status)) await failpoint("C15");
  const attempt = {
    id: delivery.id,
    attempt: delivery.attempts,
    durationMs,
    ...(answer && { status: answer.status }),
    ...(error !== undefined && { error }),
  };
  if (answer && isTaken(answer.status)) return saveAttempt(db, attempt, { state: "delivered" });
  if (answer?.status === GONE) {
    await disableEndpoint(db, delivery.endpoint_id, "the receiver answered 410 Gone");
  }
  const dueInMs = nextTryInMs(delivery.tries, Math.random(), answer?.retryAfterSeconds);
  const next = dueInMs === undefined ? ({ state: "dead" } as const) : { dueInMs };
  await saveAttempt(db, attempt, next);
  if (dueInMs === undefined) context.log.warn({ delivery: delivery.id }, "webhook given up");
}

/** What it would tell of was put away: nobody else's deliveries wait for it. */
async function giveUp({ db, log }: ServiceContext, { id, attempts }: DueDelivery) {
  const attempt = { id, attempt: attempts, error: "TransferPutAway", durationMs: 0 };
  await saveAttempt(db, attempt, { state: "dead" });
  log.warn({ delivery: id }, "webhook given up: its transfer was put away");
}

/** Tells wallets of their transfers' steps. */
export interface Messenger extends AsyncDisposable {
  /** Makes out and starts what is due; answers at once, whatever the receivers take. */
  readonly round: () => Promise<boolean>;
}

/**
 * Delivers webhooks: at least once each, each endpoint at its own pace. `onRoom` is called when a call has ended, since
 * its endpoint may have more waiting.
 */
export function createMessenger(context: ServiceContext, onRoom: () => void): Messenger {
  const underWay = new Set<Promise<void>>();
  return {
    async round() {
      const made = await makeOutDeliveries(context.db, MAKE_OUT_LIMIT);
      const due = await claimDeliveries(context.db, {
        perEndpoint: PER_ENDPOINT,
        leaseMs: LEASE_MS,
      });
      if (due.length === 0) return made > 0;
      const steps = due.map(({ participant_id, entry }) => ({
        participantId: participant_id,
        entry,
      }));
      const events = await describeEvents(context, steps);
      for (const [at, delivery] of due.entries()) {
        const event = events[at];
        const task = (
          event ? deliver(context, delivery, JSON.stringify(event)) : giveUp(context, delivery)
        )
          // The lease runs out, and the delivery becomes due again.
          .catch((error) => context.log.warn({ err: error }, "webhook attempt not stored"))
          .finally(() => {
            underWay.delete(task);
            onRoom();
          });
        underWay.add(task);
      }
      return false;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(underWay);
    },
  };
}
