import { z } from "zod";
import { createApp } from "../http/create-app.ts";
import { refuseOtherMethods } from "../http/refuse-method.ts";
import { type ListenOptions, type RunningServer, serve } from "../http/serve.ts";
import { strictJson } from "../http/strict-json.ts";
import { validate } from "../http/validate.ts";
import type { Logger } from "../log/create-logger.ts";
import { faultSchema } from "./fault.ts";
import type { Faults } from "./faults.ts";

const BODY_LIMIT = 64 * 1_024;
const programmeSchema = z.strictObject({ faults: z.array(faultSchema).max(100) });

/**
 * Serves a simulator's control interface on a port of its own: `GET /faults` tells the programme, how often each fault
 * struck and which routes there are, `PUT /faults` replaces it.
 */
export function serveControl(
  faults: Faults,
  log: Logger,
  listen: ListenOptions,
): Promise<RunningServer> {
  const state = () => ({
    faults: faults.list().map(({ fault, hits }) => ({ ...fault, hits })),
    routes: faults.routes.map(({ name }) => name),
  });
  const app = createApp(log, (express) => {
    express
      .route("/faults")
      .get((_request, response) => {
        response.json(state());
      })
      .put(strictJson(BODY_LIMIT), (request, response) => {
        faults.program(validate(programmeSchema, request.body).faults);
        response.json(state());
      })
      .all(refuseOtherMethods("GET", "HEAD", "PUT"));
  });
  return serve(app, listen);
}
