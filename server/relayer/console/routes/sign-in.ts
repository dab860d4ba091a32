import { type Request, type Response, Router } from "express";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { z } from "zod";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import type { Pages } from "../../../foundation/pages/create-pages.ts";
import type { SignInCodes } from "../../ports/sign-in-codes.ts";
import type { ServiceContext } from "../../service-context.ts";
import { signIn, signOut } from "../../services/console-sessions.ts";
import { readOwnForm, sessionOf } from "../guard.ts";
import { assertOwnForm, originOf } from "../origin.ts";
import { parseForm, readForm } from "../read-form.ts";
import { PageRefusal } from "../refusal.ts";
import { dropToken, giveToken } from "../session-cookie.ts";

/** Wrong codes that one address may send in each window: a code has eighty bits, so this is against noise alone. */
const ATTEMPTS = { points: 10, duration: 300 };

const signInSchema = z.strictObject({
  code: z.string().trim().min(1, "type the code").max(60, "a code is shorter"),
  back: z.string().max(2_000).default(""),
});

/** The page that asks for a code: in the place of whatever page was asked for. */
export function showSignIn(
  pages: Pages,
  response: Response,
  asked: { readonly status: number; readonly back: string; readonly error?: string },
): void {
  const { status, back, error } = asked;
  const data = { back, error };
  pages.send(response, { view: "sign-in", title: "Sign in · Corridor console", status, data });
}

async function countAttempt(limiter: RateLimiterMemory, address: string): Promise<void> {
  try {
    await limiter.consume(address);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    throw new PageRefusal({
      status: 429,
      title: "Too many attempts",
      detail: "Codes have been tried too often from this address.",
      remedy: "Wait a few minutes, and make a new code with npm run sign-in.",
      retryAfterSeconds: Math.ceil(refused.msBeforeNext / 1_000),
    });
  }
}

/** Signing in with a code of the terminal, and out again. */
export function signInRoutes(context: ServiceContext, codes: SignInCodes, pages: Pages): Router {
  const limiter = new RateLimiterMemory(ATTEMPTS);

  async function enter(request: Request, response: Response): Promise<void> {
    assertOwnForm(request, originOf(response));
    const { code, back } = parseForm(signInSchema, await readForm(request));
    const address = request.socket.remoteAddress ?? "";
    await countAttempt(limiter, address);
    const session = await signIn(context, codes, code);
    if (!session) {
      const error = "This code lets nobody in: it is mistyped, used, or older than ten minutes.";
      return showSignIn(pages, response, { status: 401, back, error });
    }
    await limiter.delete(address);
    // Whoever was signed in here before is so no more: a session never outlives a sign-in.
    const before = sessionOf(response);
    if (before) await signOut(context, before.token);
    giveToken(response, session.token);
    response.redirect(303, `/console${back.startsWith("/") ? back : ""}`);
  }

  const router = Router();
  router
    .route("/sign-in")
    .get((_request, response) => {
      if (sessionOf(response)) response.redirect(303, "/console");
      else showSignIn(pages, response, { status: 200, back: "" });
    })
    .post(enter)
    .all(refuseOtherMethods("GET", "HEAD", "POST"));
  router
    .route("/sign-out")
    .post(async (request, response) => {
      const { session } = await readOwnForm(request, response);
      await signOut(context, session.token);
      dropToken(response);
      response.redirect(303, "/console/sign-in");
    })
    .all(refuseOtherMethods("POST"));
  return router;
}
