import type { Corridor, CorridorId, Corridors, ParticipantId } from "../../protocol/corridor.ts";
import type { Address, Deployment } from "../../protocol/messages.ts";
import type { Network } from "../../protocol/network.ts";
import { ProblemError } from "../foundation/http/problem-error.ts";
import type { Logger } from "../foundation/log/create-logger.ts";
import type { BankPort } from "./ports/bank.ts";
import type { ChainPort } from "./ports/chain.ts";
import type { ParticipantPort } from "./ports/participants.ts";
import type { ScreeningPort } from "./ports/screening.ts";
import type { Signals } from "./ports/signals.ts";
import type { WebhookPort } from "./ports/webhooks.ts";
import type { BestQuote } from "./services/best-quote.ts";
import type { Halts } from "./services/halts.ts";
import type { KeyRing } from "./services/key-ring.ts";
import type { QuoteStore } from "./services/store-quotes.ts";
import type { Database } from "./store/open-database.ts";

/** How long the relayer waits before it does what, in milliseconds. */
export interface Times {
  /** Claimed work of an instance that has gone silent is taken by another one after this. */
  readonly leaseMs: number;
  /** A call that was sent and of which nothing was heard is looked at after this. */
  readonly recheckMs: number;
  /** A chain transaction that is not mined is sent again after this. */
  readonly resendMs: number;
  /** One that blocks have passed by for so long is signed again with a higher fee. */
  readonly raiseFeeMs: number;
  /** The calls of one that is not mined after this go into another pack. */
  readonly takeoverMs: number;
  /** What stands in one side's books only for so long is a break. */
  readonly graceMs: number;
}

/** What a use case may use. Built once, in context.ts. */
export interface ServiceContext {
  readonly db: Database;
  readonly chain: ChainPort;
  readonly bank: BankPort;
  readonly participants: ParticipantPort;
  readonly screening: ScreeningPort;
  readonly webhooks: WebhookPort;
  readonly corridors: Corridors;
  readonly network: Network;
  readonly signals: Signals;
  /** Names this instance in leases. */
  readonly owner: string;
  readonly times: Times;
  readonly halts: Halts;
  readonly requestKeys: KeyRing;
  readonly bestQuote: BestQuote;
  readonly storeQuotes: QuoteStore;
  readonly log: Logger;
}

/** The deployment that every message of this rail is for. */
export function deploymentOf({ network }: ServiceContext): Deployment {
  return { chainId: network.chainId, corridor: network.corridor };
}

/** An open corridor by id; `corridor-closed` for an unknown or closed one, alike. */
export function openCorridor({ corridors }: ServiceContext, id: string): Corridor {
  const corridor = corridors.get(id as CorridorId);
  if (corridor?.status === "open") return corridor;
  throw new ProblemError("corridor-closed", "there is no open corridor of this id", {
    pointer: "/corridor",
    remedy: "choose one of GET /v1/corridors",
  });
}

/** A corridor of a stored quote, whatever its status now. */
export function knownCorridor({ corridors }: ServiceContext, id: CorridorId): Corridor {
  const corridor = corridors.get(id);
  if (!corridor) throw new Error(`corridor ${id} is not configured`);
  return corridor;
}

/** A participant's account on chain. */
export function accountOf({ network }: ServiceContext, id: ParticipantId): Address {
  const account = network.accounts[id];
  if (!account) throw new Error(`participant ${id} has no account in the network file`);
  return account;
}
