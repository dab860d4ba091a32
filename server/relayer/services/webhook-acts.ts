import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { ServiceContext } from "../service-context.ts";
import { listDead } from "../store/attention.ts";
import { inTransaction } from "../store/in-transaction.ts";
import { renewDeadDeliveries, renewDelivery } from "../store/webhook-deliveries.ts";
import { type EndpointKey, findEndpoint } from "../store/webhook-endpoints.ts";
import type { Order } from "./halts.ts";
import { recordAct } from "./record-act.ts";

/** Dead deliveries that are listed, or made due again, at a time. */
const MOST_AT_ONCE = 1_000;

async function assertEndpoint({ db }: ServiceContext, key: EndpointKey): Promise<void> {
  if (await findEndpoint(db, key)) return;
  throw new ProblemError("not-found", "there is no webhook endpoint of this id");
}

/** Sends one delivery again, under the same id, by an operator's order. `not-found`. */
export async function redeliverOne(
  context: ServiceContext,
  { deliveryId, ...key }: EndpointKey & { readonly deliveryId: string },
  { by, reason }: Order,
): Promise<void> {
  await assertEndpoint(context, key);
  await inTransaction(context.db, async (trx) => {
    if (!(await renewDelivery(trx, { endpointId: key.id, id: deliveryId }))) {
      throw new ProblemError("not-found", "there is no delivery of this id");
    }
    const subject = `${key.participantId} delivery ${deliveryId}`;
    await recordAct(trx, { act: "redeliver", by, subject, reason });
  });
  context.signals.wake("webhooks");
}

/** Sends an endpoint's dead deliveries again, a thousand at a time; answers how many. `not-found`. */
export async function redeliverDead(
  context: ServiceContext,
  key: EndpointKey,
  { by, reason }: Order,
): Promise<number> {
  await assertEndpoint(context, key);
  const renewed = await inTransaction(context.db, async (trx) => {
    const dead = await listDead(trx, { endpointId: key.id, limit: MOST_AT_ONCE });
    const count = await renewDeadDeliveries(
      trx,
      dead.map(({ id }) => id),
    );
    const subject = `${key.participantId} endpoint ${key.id}: ${count} deliveries`;
    await recordAct(trx, { act: "redeliver-dead", by, subject, reason });
    return count;
  });
  context.signals.wake("webhooks");
  return renewed;
}
