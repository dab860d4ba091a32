import type { ParticipantId } from "../../../protocol/corridor.ts";
import {
  creditAnswerSchema,
  type LookupAnswer,
  lookupAnswerSchema,
  lookupManyAnswerSchema,
  participantStatementSchema,
  recallAnswerSchema,
} from "../../../protocol/wire/participant.ts";
import { createJsonClient, type JsonClient } from "../../foundation/http/json-client.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { ParticipantPort } from "../ports/participants.ts";

const LOOKUP_TIMEOUT_MS = 3_000;
/** A wallet decides within 2 s; what lies beyond is the network. */
const CREDIT_TIMEOUT_MS = 5_000;

/** How many look-ups one by one are under way at a wallet that knows no other. */
const LOOKUPS_AT_ONCE = 16;

/** Whether a wallet says, in our words or with its bare status, that it has no such call. */
function hasNoSuchCall(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  const { code, cause } = error;
  return code === "not-found" || code === "method-not-allowed" || cause === 404 || cause === 405;
}

/** Asks for many accounts in one call, or one by one where a wallet does not have that call. */
function createLookupMany(
  clientOf: (id: ParticipantId) => JsonClient,
  lookup: ParticipantPort["lookup"],
): ParticipantPort["lookupMany"] {
  return async (payee, { corridor, accounts }) => {
    try {
      const { answers } = await clientOf(payee).call({
        method: "POST",
        path: "/accounts/lookups",
        body: { corridor, accounts },
        answer: lookupManyAnswerSchema.refine((each) => each.answers.length === accounts.length),
      });
      return answers;
    } catch (error) {
      if (!hasNoSuchCall(error)) throw error;
    }
    const waiting = [...accounts.entries()];
    const answers: LookupAnswer[] = [];
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, account] = next;
        answers[index] = await lookup(payee, { corridor, account });
      }
    };
    await Promise.all(Array.from({ length: LOOKUPS_AT_ONCE }, work));
    return answers;
  };
}

/** The receiving wallets' APIs, by participant id. */
export function createParticipants(
  urls: ReadonlyMap<ParticipantId, string>,
): ParticipantPort & AsyncDisposable {
  const clients = new Map<ParticipantId, JsonClient>();
  for (const [id, baseUrl] of urls) {
    const options = { baseUrl, unavailable: "participant-unavailable" } as const;
    clients.set(id, createJsonClient({ ...options, timeoutMs: LOOKUP_TIMEOUT_MS }));
  }
  const clientOf = (id: ParticipantId): JsonClient => {
    const client = clients.get(id);
    if (!client) throw new ProblemError("participant-unavailable", "the payee has no address");
    return client;
  };
  const lookup: ParticipantPort["lookup"] = (payee, query) =>
    clientOf(payee).call({
      method: "POST",
      path: "/accounts/lookup",
      body: query,
      answer: lookupAnswerSchema,
    });
  return {
    lookup,
    lookupMany: createLookupMany(clientOf, lookup),
    credit: (payee, batchId, instruction) =>
      clientOf(payee).call({
        method: "PUT",
        path: `/credits/${batchId}`,
        body: instruction,
        answer: creditAnswerSchema,
        timeoutMs: CREDIT_TIMEOUT_MS,
      }),
    statement: (participant, { date, after }) =>
      clientOf(participant).call({
        method: "GET",
        path: `/statements/${date}?after=${after}`,
        answer: participantStatementSchema,
        timeoutMs: CREDIT_TIMEOUT_MS,
      }),
    async recall(payee, { uetr, payer, reason }) {
      const path = `/recalls/${uetr}`;
      const body = { payer, reason };
      const answer = { answer: recallAnswerSchema, timeoutMs: CREDIT_TIMEOUT_MS };
      return clientOf(payee).call({ method: "POST", path, body, ...answer });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...clients.values()].map((client) => client[Symbol.asyncDispose]()));
    },
  };
}
