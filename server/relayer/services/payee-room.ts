import type { Corridor, CorridorId, ParticipantId } from "../../../protocol/corridor.ts";

/**
 * Transfers that one payee is given at a time, or a claim's more: what a wallet is given at once it can answer before the
 * time for that is up.
 */
export const ROOM_TRANSFERS = 2_000;
/** Batches of one payee, likewise: the more of them a silent wallet has, the fewer are left for others. */
const ROOM_BATCHES = 64;

/** What payees have in their hands and have not answered. */
export interface PayeeRoom {
  /** Corridors of payees that have enough for now. */
  full(): CorridorId[];
  /**
   * Notes what a payee is given; answers what to call once it has answered, or not answered in time, which tells whether
   * the payee has room again by that.
   */
  enter(payee: ParticipantId, transfers: number): () => boolean;
}

/** Keeps count for each payee, so that one that is slow or silent fills its own room and nobody else's. */
export function createPayeeRoom(corridors: ReadonlyMap<CorridorId, Corridor>): PayeeRoom {
  const held = new Map<ParticipantId, { batches: number; transfers: number }>();
  const isFull = (payee: ParticipantId) => {
    const { batches = 0, transfers = 0 } = held.get(payee) ?? {};
    return batches >= ROOM_BATCHES || transfers >= ROOM_TRANSFERS;
  };
  return {
    full: () => [...corridors.values()].filter(({ payee }) => isFull(payee)).map(({ id }) => id),
    enter(payee, transfers) {
      const own = held.get(payee) ?? { batches: 0, transfers: 0 };
      held.set(payee, own);
      own.batches += 1;
      own.transfers += transfers;
      return () => {
        const wasFull = isFull(payee);
        own.batches -= 1;
        own.transfers -= transfers;
        return wasFull && !isFull(payee);
      };
    },
  };
}
