import { Router } from "express";
import {
  requestKeyIdSchema,
  requestKeyRequestSchema,
} from "../../../../protocol/wire/request-keys.ts";
import { ProblemError } from "../../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import { strictJson } from "../../../foundation/http/strict-json.ts";
import { validate } from "../../../foundation/http/validate.ts";
import type { ServiceContext } from "../../service-context.ts";
import { addRequestKey, readRequestKeys, revokeRequestKey } from "../../services/request-keys.ts";
import { callerOf } from "../authenticate.ts";

const BODY_LIMIT = 8 * 1024;

/** The key that a path names. */
export function readKeyId(text: unknown) {
  const keyId = requestKeyIdSchema.safeParse(text);
  if (keyId.success) return keyId.data;
  throw new ProblemError("id-format", "a key's id is its JWK thumbprint in base64url");
}

/** `/keys`: a wallet's own request keys. Rotating is adding a new one, signing with it, and revoking the old one. */
export function keyRoutes(context: ServiceContext): Router {
  const router = Router();
  router
    .route("/keys")
    .get(async (_request, response) => {
      response.json(await readRequestKeys(context, callerOf(response)));
    })
    .post(strictJson(BODY_LIMIT), async (request, response) => {
      const wanted = validate(requestKeyRequestSchema, request.body);
      const by = callerOf(response);
      const order = { ...wanted, by, reason: "registered by the participant" };
      response.status(201).json(await addRequestKey(context, by, order));
    })
    .all(refuseOtherMethods("GET", "HEAD", "POST"));
  router
    .route("/keys/:keyId")
    .delete(async (request, response) => {
      const participantId = callerOf(response);
      const keyId = readKeyId(request.params["keyId"]);
      const order = { by: participantId, reason: "revoked by the participant", mayEndLast: false };
      await revokeRequestKey(context, { participantId, keyId }, order);
      response.status(204).end();
    })
    .all(refuseOtherMethods("DELETE"));
  return router;
}
