import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { SignInCodes } from "../ports/sign-in-codes.ts";
import type { ServiceContext } from "../service-context.ts";
import {
  deleteSession,
  insertSession,
  type SessionHolder,
  type SessionLimits,
  useSession,
} from "../store/console-sessions.ts";
import { inTransaction } from "../store/in-transaction.ts";
import { recordAct } from "./record-act.ts";

export type { SessionHolder };

/** Half an hour unused, or a working day in all. */
const LIMITS: SessionLimits = { idleSeconds: 30 * 60, wholeSeconds: 12 * 3_600 };
const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const FORM_PURPOSE = "corridor console form";

const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");

/**
 * Lets the holder of a one-time code in: a new session, whose token is told this once and stored as a hash. Undefined for a
 * code that lets nobody in. It stands in the audit log.
 */
export async function signIn(
  { db, signals }: ServiceContext,
  codes: SignInCodes,
  code: string,
): Promise<{ readonly token: string } | undefined> {
  const holder = await codes.take(code);
  if (!holder) return undefined;
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  await inTransaction(db, async (trx) => {
    await insertSession(trx, { ...holder, tokenHash: hashOf(token) }, LIMITS);
    await recordAct(trx, {
      act: "sign-in",
      by: holder.operator,
      subject: `console ${holder.role}`,
      reason: "one-time code",
    });
  });
  signals.wake("audit");
  return { token };
}

/** Whom a session's token stands for, or undefined when it has ended. */
export async function readSession(
  { db }: ServiceContext,
  token: string,
): Promise<SessionHolder | undefined> {
  if (!TOKEN.test(token)) return undefined;
  return useSession(db, hashOf(token), LIMITS);
}

/** Ends a session at every instance. */
export async function signOut({ db, signals }: ServiceContext, token: string): Promise<void> {
  await inTransaction(db, async (trx) => {
    const holder = await deleteSession(trx, hashOf(token));
    if (!holder) return;
    const subject = `console ${holder.role}`;
    await recordAct(trx, { act: "sign-out", by: holder.operator, subject, reason: "signed out" });
  });
  signals.wake("audit");
}

/** What every form of a session carries: only pages of this session can know it. */
export const formTokenOf = (token: string): string =>
  createHmac("sha256", token).update(FORM_PURPOSE).digest("base64url");

/** Whether a form came from a page of the session. */
export function isFormToken(token: string, given: string): boolean {
  const [expected, actual] = [formTokenOf(token), given].map((text) => Buffer.from(text));
  return (
    expected !== undefined &&
    actual !== undefined &&
    expected.length === actual.length &&
    timingSafeEqual(expected, actual)
  );
}
