import { createHash, timingSafeEqual } from "node:crypto";
import type { NextFunction, Request, Response } from "express";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";

/** SHA-256 of each participant's API key, in hex. A key says who asks; it can pay nobody. */
export type ApiKeyHashes = ReadonlyMap<ParticipantId, string>;

const sha256 = (text: string) => createHash("sha256").update(text).digest();

/** Finds the caller by its bearer key; every key is compared, in constant time. */
function participantOf(hashes: ApiKeyHashes, key: string): ParticipantId | undefined {
  const presented = sha256(key);
  let caller: ParticipantId | undefined;
  for (const [participantId, hash] of hashes) {
    if (timingSafeEqual(presented, Buffer.from(hash, "hex"))) caller = participantId;
  }
  return caller;
}

/** Express middleware: who is calling? Answers 401, with one text, for no key and a wrong one. */
export function authenticate(hashes: ApiKeyHashes) {
  return (request: Request, response: Response, next: NextFunction) => {
    const [, key] =
      /^Bearer ([\x21-\x7e]{16,256})$/.exec(request.headers.authorization ?? "") ?? [];
    const caller = key === undefined ? undefined : participantOf(hashes, key);
    if (!caller) {
      response.setHeader("WWW-Authenticate", "Bearer");
      throw new ProblemError("unauthenticated", "the request names no known caller", {
        remedy: "send Authorization: Bearer with your API key",
      });
    }
    response.locals["participantId"] = caller;
    next();
  };
}

/** The authenticated caller of a request. */
export function callerOf(response: Response): ParticipantId {
  return response.locals["participantId"] as ParticipantId;
}
