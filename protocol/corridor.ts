import { z } from "zod";
import type { Brand } from "./brand.ts";
import { currencyOf } from "./currency.ts";
import { purposes } from "./data/purpose-codes.ts";
import { ProtocolError } from "./errors.ts";
import { feeScheduleSchema } from "./fees.ts";
import { type MinorUnits, parseAmount } from "./money.ts";

/** "HKD-PHP:harbour-wallet:island-wallet": the two currencies, the payer and the payee. */
export type CorridorId = Brand<string, "CorridorId">;
/** A company on the rail, such as "harbour-wallet". */
export type ParticipantId = Brand<string, "ParticipantId">;

const participantId = z
  .string()
  .regex(/^[a-z]+(-[a-z]+)*$/, "lower-case words joined by hyphens")
  .max(40)
  .transform((id) => id as ParticipantId);
const country = z.string().regex(/^[A-Z]{2}$/, "an ISO 3166-1 alpha-2 country code");
const currency = z.string().transform((code, context) => {
  try {
    return currencyOf(code).code;
  } catch (error) {
    context.addIssue({ code: "custom", message: messageOf(error) });
    return z.NEVER;
  }
});
const seconds = z
  .number()
  .int()
  .positive()
  .max(366 * 24 * 3600);
const pattern = z.string().max(100).refine(isPattern, "a regular expression from ^ to $");
const purpose = z.string().refine((code) => Object.hasOwn(purposes, code), "an ISO 20022 purpose");

/** A company on the rail. `bic` is an ISO 9362 identifier (a test one has "0" in eighth place). */
export const participantSchema = z.strictObject({
  id: participantId,
  name: z.string().min(1).max(140),
  kind: z.enum(["wallet", "bank"]),
  country,
  bic: z.string().regex(/^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/, "a BIC"),
});

/**
 * One direction of one currency pair between two wallets: who may send what to whom, at what fee and
 * margin, and how long each promise lives. All of it is data: no pair is known to the code.
 *
 * - `limits`: least and most sum per transfer, in major units of the send currency; `basis` says why.
 * - `marginBps`: what the bank keeps of the mid rate. `fees`: what the sending wallet keeps.
 * - `quoteLifeSeconds`: how long a user's quote stands; `wholesaleLifeSeconds`: how long the bank's
 *   signed one does, out of which users' quotes are priced (so it must be longer).
 * - `holdSeconds`: from the last moment of reserving to the last of settling; `returnSeconds`: from
 *   there to the last moment of returning at the quoted rate.
 */
export const corridorSchema = z
  .strictObject({
    id: z.string().transform((id) => id as CorridorId),
    status: z.enum(["open", "closed"]),
    sendCountry: country,
    receiveCountry: country,
    sendCurrency: currency,
    receiveCurrency: currency,
    payer: participantId,
    payee: participantId,
    banks: z.array(participantId).min(1).max(8),
    limits: z.strictObject({ minimum: z.string(), maximum: z.string(), basis: z.string().min(1) }),
    fees: feeScheduleSchema,
    marginBps: z.number().int().min(0).max(1_000),
    quoteLifeSeconds: seconds,
    wholesaleLifeSeconds: seconds,
    holdSeconds: seconds,
    returnSeconds: seconds,
    payeeAccount: z.strictObject({
      proxyType: z.literal("mobile"),
      countryPrefix: z.string().regex(/^\+[1-9][0-9]{0,2}$/, "an E.164 country prefix"),
      pattern,
    }),
    purposes: z.array(purpose).min(1).max(40),
  })
  .superRefine((corridor, context) => {
    for (const message of contradictions(corridor)) context.addIssue({ code: "custom", message });
  });

const corridorsFileSchema = z.strictObject({
  participants: z.array(participantSchema).max(1_000),
  corridors: z.array(corridorSchema).max(1_000),
});

export type Participant = z.output<typeof participantSchema>;
export type Corridor = z.output<typeof corridorSchema>;
export type Corridors = ReadonlyMap<CorridorId, Corridor>;
export type Participants = ReadonlyMap<ParticipantId, Participant>;

/** The corridor file contradicts itself; raised at start-up, so it is no answer to any request. */
export class CorridorFileError extends Error {
  override readonly name = "CorridorFileError";
}

/**
 * Reads a corridor file (config/corridors.json): every corridor by its id.
 * @throws CorridorFileError naming each fault and its place.
 */
export function loadCorridors(json: unknown): Corridors {
  const { corridors } = parseFile(json);
  return new Map(corridors.map((corridor) => [corridor.id, corridor]));
}

/**
 * The companies of the same file by their ids.
 * @throws CorridorFileError.
 */
export function loadParticipants(json: unknown): Participants {
  const { participants } = parseFile(json);
  return new Map(participants.map((participant) => [participant.id, participant]));
}

/**
 * The corridor of an id, if money may be sent through it now.
 * @throws ProtocolError `corridor-closed` for an unknown or a closed one.
 */
export function openCorridor(corridors: Corridors, id: string): Corridor {
  const corridor = corridors.get(id as CorridorId);
  if (corridor?.status === "open") return corridor;
  throw new ProtocolError("corridor-closed", "There is no open corridor of this id", {
    field: "corridor",
    remedy: "use the id of an open corridor",
  });
}

/** Least and most sum of one transfer, in minor units of the send currency, both allowed. */
export function sendLimits(corridor: Corridor): { minimum: MinorUnits; maximum: MinorUnits } {
  const { limits, sendCurrency } = corridor;
  return {
    minimum: parseAmount(limits.minimum, sendCurrency),
    maximum: parseAmount(limits.maximum, sendCurrency),
  };
}

function parseFile(json: unknown): z.output<typeof corridorsFileSchema> {
  const parsed = corridorsFileSchema.safeParse(json);
  if (!parsed.success) throw new CorridorFileError(z.prettifyError(parsed.error));
  const { participants, corridors } = parsed.data;
  requireUnique(
    "participant",
    participants.map(({ id }) => id),
  );
  requireUnique(
    "corridor",
    corridors.map(({ id }) => id),
  );
  const kinds = new Map(participants.map(({ id, kind }) => [id, kind]));
  for (const { id, payer, payee, banks } of corridors) {
    for (const wallet of [payer, payee]) {
      if (kinds.get(wallet) !== "wallet")
        throw new CorridorFileError(`${id}: ${wallet} is no wallet of the file`);
    }
    for (const bank of banks) {
      if (kinds.get(bank) !== "bank")
        throw new CorridorFileError(`${id}: ${bank} is no bank of the file`);
    }
  }
  return parsed.data;
}

function requireUnique(what: string, ids: readonly string[]): void {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new CorridorFileError(`two entries for the ${what} ${twice}`);
}

function contradictions(corridor: z.output<typeof corridorSchema>): string[] {
  const { sendCurrency, receiveCurrency, payer, payee, payeeAccount } = corridor;
  const id = `${sendCurrency}-${receiveCurrency}:${payer}:${payee}`;
  const faults: [boolean, string][] = [
    [corridor.id !== id, `id must be ${id}`],
    [sendCurrency === receiveCurrency, "the two currencies must differ"],
    [payer === payee, "payer and payee must differ"],
    [corridor.banks.some((bank) => bank === payer || bank === payee), "a wallet is no bank"],
    [!limitsInOrder(corridor), "limits must be amounts of the send currency, least first"],
    [
      corridor.wholesaleLifeSeconds <= corridor.quoteLifeSeconds,
      "wholesaleLifeSeconds must exceed quoteLifeSeconds",
    ],
    [
      !payeeAccount.pattern.startsWith(`^\\${payeeAccount.countryPrefix}`),
      "payeeAccount.pattern must begin with ^ and the country prefix",
    ],
  ];
  return faults.filter(([faulted]) => faulted).map(([, message]) => message);
}

function limitsInOrder(corridor: Corridor): boolean {
  try {
    const { minimum, maximum } = sendLimits(corridor);
    return minimum <= maximum;
  } catch {
    return false;
  }
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) && text.startsWith("^") && text.endsWith("$");
  } catch {
    return false;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "not a currency";
}
