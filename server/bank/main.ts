import { runService } from "../foundation/process/run-service.ts";
import { readBankEnv } from "./config/env.ts";
import { createBank } from "./context.ts";

await runService(
  () => createBank(readBankEnv()),
  (bank) => ({ url: bank.url, account: bank.account }),
);
