import { runService } from "../../foundation/process/run-service.ts";
import { readChainEnv } from "../config/env.ts";
import { startLocalChain } from "./start-chain.ts";

await runService(
  () => startLocalChain(readChainEnv()),
  (chain) => ({ rpcUrl: chain.rpcUrl }),
);
