import { runService } from "../foundation/process/run-service.ts";
import { readWalletEnv } from "./config/env.ts";
import { createWallet } from "./context.ts";

await runService(
  () => createWallet(readWalletEnv()),
  (wallet) => ({ url: wallet.url }),
);
