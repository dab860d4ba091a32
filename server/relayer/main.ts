import { runService } from "../foundation/process/run-service.ts";
import { loadConfig } from "./config/config.ts";
import { readRelayerEnv } from "./config/env.ts";
import { createRelayer } from "./context.ts";

await runService(
  () => createRelayer(loadConfig(readRelayerEnv())),
  (relayer) => ({ api: relayer.api.url, operations: relayer.operations.url }),
);
