import type { Address } from "../../../protocol/messages.ts";
import type { Block } from "../../foundation/chain/block.ts";

/** What accounts hold in the corridor contract, as the relayer's own node shows it. */
export interface PositionPort {
  /** A position in minor units, as of a block. */
  positionOf(
    owner: { readonly token: Address; readonly account: Address },
    block: Block,
  ): Promise<bigint>;
}
