import { type Express, Router } from "express";
import { z } from "zod";
import { amountSchema } from "../../../protocol/wire/primitives.ts";
import { PROBLEMS, type ProblemCode } from "../../../protocol/wire/problem-catalogue.ts";
import { USER_LANGUAGES } from "../../../sdk/errors/user-messages.ts";
import { createApp } from "../../foundation/http/create-app.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../foundation/http/refuse-method.ts";
import { strictJson } from "../../foundation/http/strict-json.ts";
import { validate } from "../../foundation/http/validate.ts";
import type { Logger } from "../../foundation/log/create-logger.ts";
import { createPages } from "../../foundation/pages/create-pages.ts";
import { openPageStream } from "../../foundation/pages/page-stream.ts";
import { chosenLanguage } from "../../foundation/pages/words.ts";
import { WalletAppProblem } from "../wallet-app.ts";
import { ownPagesOnly } from "./own-pages-only.ts";
import { viewPhones } from "./phones-view.ts";
import { viewPrice } from "./price-view.ts";
import { DAYS } from "./run-events.ts";
import type { Stage } from "./stage.ts";
import type { Theatre } from "./theatre.ts";

const BODY_LIMIT = 4 * 1024;
const wantedShape = { fixedSide: z.enum(["send", "receive"]), amount: amountSchema };
const priceSchema = z.strictObject(wantedShape);
const orderSchema = z.strictObject({ ...wantedShape, priceId: z.uuid(), day: z.enum(DAYS) });

/** A wallet's own refusal, in its own words. */
function fromWallet(error: unknown): unknown {
  if (!(error instanceof WalletAppProblem) || !(error.problem.code in PROBLEMS)) return error;
  const { code, detail, pointer } = error.problem;
  return new ProblemError(code as ProblemCode, detail, { ...(pointer && { pointer }) });
}

/** What the phones ask while somebody uses them. */
function phoneRoutes(stage: Stage, theatre: Theatre): Router {
  const router = Router();
  router
    .route("/demo/prices")
    .post(strictJson(BODY_LIMIT), async (request, response) => {
      const wanted = validate(priceSchema, request.body);
      const price = await stage.sending.price({
        ...wanted,
        senderPhone: stage.sender.phone,
        corridor: stage.corridor.id,
        recipient: stage.recipient,
      });
      response.status(201).json(viewPrice(price));
    })
    .all(refuseOtherMethods("POST"));
  router
    .route("/demo/payments")
    .post(strictJson(BODY_LIMIT), (request, response) => {
      const { id } = theatre.play(validate(orderSchema, request.body));
      response.status(201).json({ id });
    })
    .all(refuseOtherMethods("POST"));
  router
    .route("/demo/payments/:id/events")
    .get((request, response) => {
      const run = theatre.run(request.params.id);
      const stream = openPageStream(response);
      run.listen((event) => stream.send("run", JSON.stringify(event)), stream.gone);
    })
    .all(refuseOtherMethods("GET"));
  router
    .route("/demo/payments/:id/hurry")
    .post(strictJson(BODY_LIMIT), (request, response) => {
      theatre.run(String(request.params["id"])).hurry();
      response.status(202).json({});
    })
    .all(refuseOtherMethods("POST"));
  router
    .route("/demo/proofs/:uetr")
    .get(async (request, response) => {
      response.json(await stage.sending.proof(request.params.uetr));
    })
    .all(refuseOtherMethods("GET"));
  return router;
}

/** Two phones, one payment: a page for this machine alone, over the running corridor's own interfaces. */
export function createDemoApp(stage: Stage, theatre: Theatre, log: Logger): Express {
  const pages = createPages({
    path: "/demo",
    views: new URL("views/", import.meta.url),
    styles: ["phones.css", "stage.css"].map((name) => new URL(name, import.meta.url)),
    scripts: [new URL("browser/phones.ts", import.meta.url)],
  });
  return createApp(log, (app) => {
    app.use(ownPagesOnly);
    pages.mountAssets(app);
    app
      .route("/")
      .get((_request, response) => response.redirect(302, "/demo"))
      .all(refuseOtherMethods("GET", "HEAD"));
    app
      .route("/demo")
      .get(async (request, response) => {
        const language = chosenLanguage(USER_LANGUAGES, request.query["lang"]);
        pages.send(response, await viewPhones(stage, language));
      })
      .all(refuseOtherMethods("GET", "HEAD"));
    app.use(phoneRoutes(stage, theatre));
    app.use((error: unknown, _: unknown, __: unknown, next: (error: unknown) => void) =>
      next(fromWallet(error)),
    );
  });
}
