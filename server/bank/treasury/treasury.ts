import type { Address } from "../../../protocol/messages.ts";
import type { DigestSigner } from "../../../protocol/signature.ts";
import type { CorridorView } from "../../foundation/chain/read-corridor.ts";
import type { TreasuryTargets } from "../config/config.ts";
import type { Issuer } from "../deposits/issue-deposits.ts";

/** The bank's own money on the rail: its account on chain, the corridor, and how much to keep there. */
export interface Treasury extends Issuer {
  readonly bank: Address;
  readonly corridor: CorridorView;
  readonly signer: DigestSigner;
  readonly targets: TreasuryTargets;
  /** The bank's own clock, in Unix seconds. */
  readonly now: () => bigint;
}
