import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { uuidSchema } from "../../../../protocol/wire/primitives.ts";
import {
  webhookEndpointRequestSchema,
  webhookReplaySchema,
} from "../../../../protocol/wire/webhooks.ts";
import { ProblemError } from "../../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import { strictJson } from "../../../foundation/http/strict-json.ts";
import { validate } from "../../../foundation/http/validate.ts";
import type { ServiceContext } from "../../service-context.ts";
import {
  createWebhookEndpoint,
  readDeliveries,
  readWebhookEndpoints,
  redeliver,
  removeWebhookEndpoint,
  replayWebhooks,
  rotateWebhookSecret,
} from "../../services/webhook-endpoints.ts";
import { callerOf } from "../authenticate.ts";
import { readPage } from "../page-query.ts";

const BODY_LIMIT = 8 * 1024;
const NOTHING = z.strictObject({});

function readId(request: Request, name: string): string {
  const id = uuidSchema.safeParse(request.params[name]);
  if (!id.success) throw new ProblemError("id-format", "an id is a lower-case UUID");
  return id.data;
}

const keyOf = (request: Request, response: Response) => ({
  participantId: callerOf(response),
  id: readId(request, "id"),
});

/** `/webhook-endpoints`: where a wallet is told of its transfers, what became of it, and telling it again. */
export function webhookRoutes(context: ServiceContext): Router {
  const router = Router();
  const body = strictJson(BODY_LIMIT);
  router
    .route("/webhook-endpoints")
    .post(body, async (request, response) => {
      const wanted = validate(webhookEndpointRequestSchema, request.body);
      const endpoint = await createWebhookEndpoint(context, callerOf(response), wanted);
      response.status(201).location(`/v1/webhook-endpoints/${endpoint.id}`).json(endpoint);
    })
    .get(async (_request, response) => {
      response.json(await readWebhookEndpoints(context, callerOf(response)));
    })
    .all(refuseOtherMethods("GET", "HEAD", "POST"));
  router
    .route("/webhook-endpoints/:id")
    .delete(async (request, response) => {
      await removeWebhookEndpoint(context, keyOf(request, response));
      response.status(204).end();
    })
    .all(refuseOtherMethods("DELETE"));
  router
    .route("/webhook-endpoints/:id/rotate-secret")
    .post(body, async (request, response) => {
      validate(NOTHING, request.body);
      response.json(await rotateWebhookSecret(context, keyOf(request, response)));
    })
    .all(refuseOtherMethods("POST"));
  router
    .route("/webhook-endpoints/:id/deliveries")
    .get(async (request, response) => {
      response.json(await readDeliveries(context, keyOf(request, response), readPage(request)));
    })
    .all(refuseOtherMethods("GET", "HEAD"));
  router
    .route("/webhook-endpoints/:id/replay")
    .post(body, async (request, response) => {
      const start = validate(webhookReplaySchema, request.body);
      response.status(202).json(await replayWebhooks(context, keyOf(request, response), start));
    })
    .all(refuseOtherMethods("POST"));
  router
    .route("/webhook-endpoints/:id/deliveries/:delivery/redeliver")
    .post(body, async (request, response) => {
      validate(NOTHING, request.body);
      await redeliver(context, keyOf(request, response), readId(request, "delivery"));
      response.status(202).json({});
    })
    .all(refuseOtherMethods("POST"));
  return router;
}
