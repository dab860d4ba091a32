import type { Corridors, Participant, ParticipantId } from "../../../protocol/corridor.ts";
import type { CurrencyCode } from "../../../protocol/currency.ts";
import type { Network } from "../../../protocol/network.ts";
import type { PrivateRequestKey } from "../../../protocol/request-signature.ts";
import type { ChainEndpoint } from "../../foundation/chain/connect.ts";
import type { ListenOptions } from "../../foundation/http/serve.ts";

/** Everything a wallet runs from. What it trusts is here, and is never taken from a request. */
export interface WalletConfig {
  readonly id: ParticipantId;
  readonly currency: CurrencyCode;
  readonly listen: ListenOptions;
  readonly dataDirectory: string;
  /** The wallet's own node. */
  readonly chain: ChainEndpoint;
  readonly network: Network;
  readonly corridors: Corridors;
  readonly participants: ReadonlyMap<ParticipantId, Participant>;
  /** The account holds positions and pays gas; the signer signs batches and outcomes and nothing else. */
  readonly keys: { readonly account: string; readonly signer: string };
  readonly relayer: { readonly baseUrl: string; readonly requestKey: PrivateRequestKey };
  readonly bankUrl: string;
  readonly receiving: {
    /** Nothing is credited with less of the hold than this left, in seconds of the chain's clock. */
    readonly settleMarginSeconds: number;
    /** The wallet settles for itself when nobody has within this time. */
    readonly settleWithinMs: number;
  };
  readonly treasury: {
    /** Minor units: a position below `floor` is filled up to `target`; what is above `ceiling` is redeemed to it. */
    readonly floor: bigint;
    readonly target: bigint;
    readonly ceiling: bigint;
    readonly everyMs: number;
  };
  readonly followEveryMs: number;
  /** Where the simulator can be told to misbehave; nowhere when absent. */
  readonly control?: ListenOptions;
  readonly logLevel: string;
}
