import { createLogger, type Logger } from "../../foundation/log/create-logger.ts";

/** The relayer's logger: every line names the service. Call sites log ids, codes and counts only. */
export function createRelayerLogger(level: string): Logger {
  return createLogger("relayer", level);
}
