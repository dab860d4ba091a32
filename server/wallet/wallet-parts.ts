import type { DatabaseSync } from "node:sqlite";
import type { Address, Deployment } from "../../protocol/messages.ts";
import type { DigestSigner } from "../../protocol/signature.ts";
import type { RelayerClient } from "../../sdk/api/relayer-client.ts";
import type { ChainAccount } from "../foundation/chain/chain-account.ts";
import type { CorridorView } from "../foundation/chain/read-corridor.ts";
import type { JsonClient } from "../foundation/http/json-client.ts";
import type { Logger } from "../foundation/log/create-logger.ts";
import type { Faults } from "../foundation/simulator/faults.ts";
import type { WalletConfig } from "./config/config.ts";
import type { Deliveries } from "./sending/deliveries.ts";

/** What the wallet's use cases work with. Built once, in context.ts. */
export interface WalletParts {
  readonly config: WalletConfig;
  readonly db: DatabaseSync;
  /** The wallet's own view of the chain. */
  readonly corridor: CorridorView;
  readonly deployment: Deployment;
  readonly account: ChainAccount;
  readonly signer: DigestSigner;
  readonly relayer: RelayerClient;
  readonly deliveries: Deliveries;
  readonly bank: JsonClient;
  readonly log: Logger;
  /** What the simulator has been told to do wrong, where it can be told. */
  readonly faults: Faults | undefined;
}

/** The wallet's own account on chain. */
export function ownAccount({ account }: WalletParts): Address {
  return account.address;
}
