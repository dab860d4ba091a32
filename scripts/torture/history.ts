/** One request of a wallet to a relayer and what it was answered, as they went over the wire. Times are Unix milliseconds. */
export interface Exchange {
  readonly sentAt: number;
  readonly answeredAt: number;
  /** Which relayer; the first one is 0. */
  readonly relayer: number;
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey?: string;
  readonly request?: unknown;
  /** Absent when there was no answer: the outcome is unknown. */
  readonly status?: number;
  readonly answer?: unknown;
}

/** What an app was told of one of its orders. */
export interface OrderAnswer {
  readonly at: number;
  readonly uetr?: string;
  /** The problem's code. */
  readonly refusal?: string;
}

/** One order of an app, however often it was sent. */
export interface Order {
  readonly requestId: string;
  readonly sender: { readonly phone: string; readonly name: string };
  readonly recipient: { readonly phone: string; readonly name: string };
  readonly fixedSide: "send" | "receive";
  readonly amount: { readonly value: string; readonly currency: string };
  readonly answers: OrderAnswer[];
  /** It names somebody on a sanctions list: nothing may come of it. */
  readonly sanctioned?: true;
}

/** A transfer as a relayer's API showed it at a time. */
export interface Sighting {
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly relayer: number;
  readonly uetr: string;
  readonly version: number;
  readonly state: string;
}

/** Sums that were read in the middle of the run, each of which must be nil. */
export interface Sum {
  readonly at: number;
  readonly of: string;
  readonly minor: bigint;
}

/** When a block was first seen at the head of the chain. */
export interface SeenHead {
  readonly at: number;
  readonly number: number;
  readonly hash: string;
}

/** Something that was broken on purpose, and when. */
export interface Broken {
  readonly at: number;
  readonly kind: string;
  readonly detail: string;
}

/** Everything that was seen while the run was under way. */
export interface History {
  readonly startedAt: number;
  readonly exchanges: Exchange[];
  readonly orders: Order[];
  readonly sightings: Sighting[];
  readonly sums: Sum[];
  readonly heads: SeenHead[];
  readonly broken: Broken[];
}

/** An empty history that begins now. */
export function createHistory(): History {
  return {
    startedAt: Date.now(),
    exchanges: [],
    orders: [],
    sightings: [],
    sums: [],
    heads: [],
    broken: [],
  };
}
