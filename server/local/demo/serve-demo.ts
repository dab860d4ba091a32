import { type ListenOptions, type RunningServer, serve } from "../../foundation/http/serve.ts";
import { createLogger } from "../../foundation/log/create-logger.ts";
import type { LocalCorridor } from "../start-corridor.ts";
import { createDemoApp } from "./demo-app.ts";
import { openStage } from "./stage.ts";
import { openTheatre } from "./theatre.ts";

/** Serves the two phones over a running corridor whose simulators can be told to misbehave. */
export async function serveDemo(
  corridor: LocalCorridor,
  listen: ListenOptions,
): Promise<RunningServer> {
  await using stack = new AsyncDisposableStack();
  const log = createLogger("demo", corridor.plan.logLevel);
  const stage = stack.use(await openStage(corridor));
  const theatre = stack.use(openTheatre(stage, log));
  const server = stack.use(await serve(createDemoApp(stage, theatre, log), listen));
  const { url, port } = server;
  const owned = stack.move();
  return { url, port, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
