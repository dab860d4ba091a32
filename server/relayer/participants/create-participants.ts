import type { ParticipantId } from "../../../protocol/corridor.ts";
import {
  creditAnswerSchema,
  lookupAnswerSchema,
  participantStatementSchema,
  recallAnswerSchema,
} from "../../../protocol/wire/participant.ts";
import { createJsonClient, type JsonClient } from "../../foundation/http/json-client.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { ParticipantPort } from "../ports/participants.ts";

const LOOKUP_TIMEOUT_MS = 3_000;
/** A wallet decides within 2 s; what lies beyond is the network. */
const CREDIT_TIMEOUT_MS = 5_000;

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
  return {
    lookup: (payee, query) =>
      clientOf(payee).call({
        method: "POST",
        path: "/accounts/lookup",
        body: query,
        answer: lookupAnswerSchema,
      }),
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
