/** One kind of refusal or failure, as every API of the rail reports it. */
interface CatalogueEntry {
  readonly title: string;
  readonly status: number;
  /** Whether the same request may succeed later without change. */
  readonly retryable: boolean;
}

const no = (status: number, title: string): CatalogueEntry => ({ status, title, retryable: false });
const later = (status: number, title: string): CatalogueEntry => ({
  status,
  title,
  retryable: true,
});

/** Every error code, with its title, HTTP status and whether trying again can help. */
export const PROBLEMS = {
  // The request itself
  "malformed-request": no(400, "The request is not valid HTTP"),
  "header-too-large": no(431, "The request's header is too large"),
  "body-required": no(400, "A body is required"),
  "malformed-json": no(400, "The body is not valid JSON"),
  "body-not-object": no(400, "The body must be a JSON object"),
  "duplicate-key": no(400, "A key stands twice in one object"),
  "too-deep": no(400, "The body is nested too deeply"),
  "invalid-utf8": no(400, "The body is not valid UTF-8"),
  "body-too-large": no(413, "The body is too large"),
  "unsupported-media-type": no(415, "The media type is not supported"),
  query: no(400, "A query parameter is not valid"),
  "id-format": no(400, "An id is not in its canonical form"),
  "idempotency-key": no(400, "The Idempotency-Key header is missing or not valid"),
  "idempotency-key-reused": no(422, "This Idempotency-Key came with another body"),
  "idempotency-in-progress": later(409, "The first request with this key is still running"),
  "signature-required": no(401, "The request is not signed"),
  "signature-invalid": no(401, "The request's signature does not hold"),
  "signature-expired": no(401, "The request's signature is not of now"),
  "signature-replayed": no(401, "The request's signature was used before"),
  unauthenticated: no(401, "The caller is not authenticated"),
  "read-only-key": no(403, "This key may only read"),
  "rate-limited": later(429, "Too many requests"),
  "key-proof": no(422, "The new key has not signed its registration"),
  "key-exists": no(409, "The key was registered before"),
  "key-last": no(409, "The last key cannot be revoked"),
  "not-found": no(404, "There is nothing here"),
  "method-not-allowed": no(405, "This method is not allowed here"),
  "unknown-field": no(422, "A field is not known"),
  "field-missing": no(422, "A field is missing"),
  "field-format": no(422, "A field is not in the expected form"),
  "invalid-string": no(422, "A text holds characters that are not allowed"),
  // Money and corridors
  "amount-not-string": no(422, "An amount must be a string"),
  "amount-format": no(422, "An amount is not in the expected form"),
  "amount-range": no(422, "An amount is out of range"),
  "amount-scale": no(422, "An amount does not have its currency's decimals"),
  currency: no(422, "The currency is not known or not of this corridor"),
  quote: no(422, "The quote is not what was asked for"),
  rate: no(422, "The rate cannot be stated exactly"),
  fee: no(422, "The fee schedule cannot be applied"),
  "corridor-closed": no(422, "The corridor is unknown or closed"),
  "limit-exceeded": no(422, "The amount is over a limit"),
  "same-party": no(422, "Payer and payee are the same"),
  "account-format": no(422, "The account is not in the corridor's form"),
  purpose: no(422, "The purpose is not allowed in the corridor"),
  "payee-unavailable": no(422, "The recipient cannot be paid"),
  "screening-hit": no(422, "The payment cannot be made"),
  "reason-code": no(422, "The reason code is not of this message"),
  // Quotes and consent
  "quote-invalid": no(422, "The quote is unknown, expired or does not match"),
  "quote-used": no(409, "The quote has been used"),
  "consent-invalid": no(422, "The payer's signature does not hold"),
  commitment: no(422, "The details do not open the commitment"),
  tree: no(422, "The batch tree does not match"),
  rejections: no(422, "The list of rejections is not valid"),
  "transfer-exists": no(409, "A transfer with this id exists"),
  transition: no(409, "The transfer's state does not allow this"),
  "batch-not-reserved": later(409, "The batch is not reserved on chain"),
  "too-late": no(409, "The deadline has passed or is too near"),
  "funds-insufficient": no(422, "The account's balance is too low"),
  "stale-rate": later(503, "The rate source is stale or has no rate"),
  // Evidence
  audit: no(422, "The audit log does not hold together"),
  // The service
  "chain-unavailable": later(503, "The chain cannot be reached"),
  "bank-unavailable": later(503, "The bank cannot be reached"),
  "participant-unavailable": later(503, "The participant cannot be reached"),
  "liquidity-unavailable": later(503, "There is not enough liquidity now"),
  "screening-unavailable": later(503, "Names cannot be screened now"),
  "reservations-halted": later(503, "New transfers are not taken for now"),
  "database-unavailable": later(503, "The database cannot be reached"),
  overloaded: later(503, "Too much work is waiting"),
  internal: later(500, "Something failed on our side"),
} as const satisfies Record<string, CatalogueEntry>;

export type ProblemCode = keyof typeof PROBLEMS;
