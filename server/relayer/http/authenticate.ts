import { createHash, timingSafeEqual } from "node:crypto";
import type { NextFunction, Request, Response } from "express";
import { parseDictionary } from "structured-headers";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import {
  componentsFor,
  SIGNATURE_LABEL,
  SIGNATURE_PARAMETERS,
} from "../../../protocol/request-signature.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { checkBody } from "../../foundation/http/strict-json.ts";
import type { KeyRing } from "../services/key-ring.ts";
import { invalidSignature, verifyRequest } from "./verify-request.ts";

/** SHA-256, in hex, of each participant's key for a sandbox: a bearer token that may read and no more. */
export type SandboxKeyHashes = ReadonlyMap<ParticipantId, string>;

export interface Credentials {
  readonly requestKeys: KeyRing;
  /** Empty outside a sandbox. */
  readonly sandboxKeys: SandboxKeyHashes;
}

const sha256 = (bytes: string | Buffer) => createHash("sha256").update(bytes).digest();

const components = componentsFor(["content-digest", "content-type", "idempotency-key"]);
/** RFC 9421, section 5.1: what a signature has to cover here. */
const ACCEPTED = `${SIGNATURE_LABEL}=(${components.map((each) => `"${each}"`).join(" ")});${SIGNATURE_PARAMETERS.join(";")}`;

/** Finds a reader by its bearer key; every key is compared, in constant time. */
function readerOf(hashes: SandboxKeyHashes, key: string): ParticipantId | undefined {
  const presented = sha256(key);
  let caller: ParticipantId | undefined;
  for (const [participantId, hash] of hashes) {
    if (timingSafeEqual(presented, Buffer.from(hash, "hex"))) caller = participantId;
  }
  return caller;
}

/** The digest was signed, so that the body is what its sender has signed too. */
function isDigestOf(body: Buffer, contentDigest: string | undefined): boolean {
  if (contentDigest === undefined) return body.length === 0;
  try {
    const [stated] = parseDictionary(contentDigest).get("sha-256") ?? [];
    return stated instanceof ArrayBuffer && sha256(body).equals(Buffer.from(stated));
  } catch {
    return false;
  }
}

function assertMayRead(hashes: SandboxKeyHashes, request: Request, key: string): ParticipantId {
  const caller = readerOf(hashes, key);
  if (!caller) {
    throw new ProblemError("unauthenticated", "the request names no known caller", {
      remedy: "sign the request",
    });
  }
  if (request.method === "GET" || request.method === "HEAD") return caller;
  throw new ProblemError("read-only-key", "a bearer key may only read", {
    remedy: "sign the request",
  });
}

/** RFC 9110 wants every 401 to say what would do instead. */
function challenge(response: Response): void {
  response.setHeader("WWW-Authenticate", "Signature");
  response.setHeader("Accept-Signature", ACCEPTED);
}

/** Who is calling, and the promise that settles when the call's signature is used up. */
interface Identified {
  readonly participantId: ParticipantId;
  readonly admission: Promise<void>;
}

async function identify(
  { requestKeys, sandboxKeys }: Credentials,
  request: Request,
  response: Response,
): Promise<Identified> {
  const { headers } = request;
  if (headers["signature"] !== undefined || headers["signature-input"] !== undefined) {
    const now = Date.now() / 1_000;
    const signed = await verifyRequest(request, requestKeys, now);
    const { participantId, contentDigest, admission } = signed;
    checkBody(response, (body) => {
      if (isDigestOf(body, contentDigest)) return;
      challenge(response);
      throw invalidSignature();
    });
    return { participantId, admission };
  }
  const [, key] = /^Bearer ([\x21-\x7e]{16,256})$/.exec(headers.authorization ?? "") ?? [];
  if (key !== undefined && sandboxKeys.size > 0) {
    return {
      participantId: assertMayRead(sandboxKeys, request, key),
      admission: Promise.resolve(),
    };
  }
  throw new ProblemError("signature-required", "the request is not signed", {
    remedy: "sign it (RFC 9421) over what Accept-Signature names",
  });
}

/**
 * Express middleware: who is calling? Answers 401 with what a signature has to cover. A request goes on once its signature
 * is used up; one of `looksFirst` at once, and whoever serves it waits for `admissionOf` before anything is done or told.
 */
export function authenticate(
  credentials: Credentials,
  looksFirst: (request: Request) => boolean = () => false,
) {
  const challenged = (response: Response) => (error: unknown) => {
    challenge(response);
    throw error;
  };
  return async (request: Request, response: Response, next: NextFunction) => {
    const fail = challenged(response);
    const caller = await identify(credentials, request, response).catch(fail);
    const admission = caller.admission.catch(fail);
    if (looksFirst(request)) admission.catch(() => undefined);
    else await admission;
    response.locals["participantId"] = caller.participantId;
    response.locals["admission"] = admission;
    next();
  };
}

/** Settles when the request's signature is used up, and its caller may be served. */
export function admissionOf(response: Response): Promise<void> {
  return response.locals["admission"] as Promise<void>;
}

/** The authenticated caller of a request. */
export function callerOf(response: Response): ParticipantId {
  return response.locals["participantId"] as ParticipantId;
}
