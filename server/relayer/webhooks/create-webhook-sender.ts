import { ProblemError } from "../../foundation/http/problem-error.ts";
import {
  createGuardedPoster,
  ForbiddenAddressError,
} from "../../foundation/network/guarded-post.ts";
import type { WebhookPort } from "../ports/webhooks.ts";

/** Standard Webhooks asks receivers to answer within 15 to 30 s. */
const TIMEOUT_MS = 15_000;

/** Calls webhook endpoints. `allowedHosts` are those that the operator answers for, such as its own sandbox. */
export function createWebhookSender(allowedHosts: ReadonlySet<string>): WebhookPort {
  const poster = createGuardedPoster({ timeoutMs: TIMEOUT_MS, allowedHosts });
  return {
    async assertAllowed(url) {
      try {
        await poster.resolve(url);
      } catch (error) {
        const detail =
          error instanceof ForbiddenAddressError ? error.message : "it cannot be found";
        throw new ProblemError("field-format", `the address will not be called: ${detail}`, {
          pointer: "/url",
          remedy: "name an https address of the public internet, on port 443 or 8443",
        });
      }
    },
    post: poster.post,
  };
}
