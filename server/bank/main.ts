import { createLogger } from "../foundation/log/create-logger.ts";
import { readBankEnv } from "./config/env.ts";
import { createBank } from "./context.ts";

const { config, logLevel } = readBankEnv();
const log = createLogger("bank", logLevel);
const bank = await createBank(config, { log });
log.info({ url: bank.url, bank: bank.account }, "bank open");

async function close(): Promise<void> {
  await bank[Symbol.asyncDispose]();
  log.info("bank closed");
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    close().catch((error: unknown) => {
      log.error({ err: error }, "bank did not close cleanly");
      process.exitCode = 1;
    });
  });
}
