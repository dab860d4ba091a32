import { armFailpoints } from "../foundation/process/failpoint.ts";
import { runService } from "../foundation/process/run-service.ts";
import { loadConfig } from "./config/config.ts";
import { readRelayerEnv } from "./config/env.ts";
import { createRelayer } from "./context.ts";

await runService(
  () => {
    const env = readRelayerEnv();
    armFailpoints(env.FAILPOINTS);
    return createRelayer(loadConfig(env));
  },
  (relayer) => ({ api: relayer.api.url, operations: relayer.operations.url }),
);
