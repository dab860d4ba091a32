import { runService } from "../foundation/process/run-service.ts";
import { loadConfig } from "./config/config.ts";
import { readEnv } from "./config/env.ts";
import { processEnv } from "./config/process-env.ts";
import { createRelayer } from "./context.ts";

await runService(
  () => createRelayer(loadConfig(readEnv(processEnv()))),
  (relayer) => ({ api: relayer.api.url, operations: relayer.operations.url }),
);
