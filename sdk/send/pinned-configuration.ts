import {
  type Corridor,
  type Corridors,
  loadCorridors,
  loadParticipants,
  openCorridor,
  type Participants,
} from "../../protocol/corridor.ts";
import type { Address, Deployment } from "../../protocol/messages.ts";
import { type Network, networkSchema } from "../../protocol/network.ts";
import { type ChainReader, openChain } from "../chain/chain-reader.ts";
import { CorridorError } from "../errors/corridor-error.ts";

/** Where the keys are looked up that sign for the accounts of the network file. */
export type KeySource =
  /** The wallet's own node, which shows who signs for whom just now. */
  | { readonly rpcUrl: string }
  /** Signers by participant id, pinned by hand, for where there is no node: to be changed whenever a key is. */
  | { readonly signers: Readonly<Record<string, string>> };

/** What a wallet trusts. Nothing of it is ever taken from an answer. */
export interface PinnedConfiguration {
  readonly network: Network;
  readonly deployment: Deployment;
  readonly corridors: Corridors;
  readonly participants: Participants;
  /** The open corridor of an id through which `participant` may send. @throws CorridorError `corridor-closed`. */
  sendingCorridor(id: string): Corridor;
  /** The key that signs for an account. @throws ChainUnreachable. */
  signerOf(account: Address): Promise<Address>;
}

/** A key that was just read is used again for so long; a key that was changed meanwhile is refused on chain. */
const KEY_LIFE_MS = 5_000;

function keysOnChain(rpcUrl: string, deployment: Deployment) {
  let opened: Promise<ChainReader> | undefined;
  const known = new Map<Address, { readonly signer: Promise<Address>; readonly readAt: number }>();
  async function read(account: Address): Promise<Address> {
    opened ??= openChain({ rpcUrl, deployment });
    const chain = await opened.catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    const [signer] = await chain.view("signerOf", [account]);
    return signer as Address;
  }
  return (account: Address): Promise<Address> => {
    const earlier = known.get(account);
    if (earlier && performance.now() - earlier.readAt < KEY_LIFE_MS) return earlier.signer;
    const signer = read(account);
    known.set(account, { signer, readAt: performance.now() });
    signer.catch(() => known.delete(account));
    return signer;
  };
}

function keysByHand(signers: Readonly<Record<string, string>>, network: Network) {
  const ids = new Map(Object.entries(network.accounts).map(([id, account]) => [account, id]));
  return async (account: Address): Promise<Address> => {
    const signer = signers[ids.get(account) ?? ""];
    if (signer) return signer as Address;
    throw new CorridorError("consent-invalid", `no signer is pinned for ${account}`, {
      remedy: "pin the signer of each participant, or give a node's address",
    });
  };
}

/** Reads a wallet's network file and corridor file, as parsed JSON. Throws, naming each fault, when one is not valid. */
export function pinConfiguration(files: {
  readonly participant: string;
  readonly network: unknown;
  readonly corridors: unknown;
  readonly keys: KeySource;
}): PinnedConfiguration {
  const { keys, participant } = files;
  const network = networkSchema.parse(files.network);
  const deployment = { chainId: network.chainId, corridor: network.corridor };
  const corridors = loadCorridors(files.corridors);
  return {
    network,
    deployment,
    corridors,
    participants: loadParticipants(files.corridors),
    sendingCorridor(id) {
      const corridor = openCorridor(corridors, id);
      if (corridor.payer === participant) return corridor;
      throw new CorridorError("corridor-closed", `${participant} does not send through ${id}`, {
        pointer: "/corridor",
        remedy: "use a corridor of which this participant is the payer",
      });
    },
    signerOf:
      "rpcUrl" in keys ? keysOnChain(keys.rpcUrl, deployment) : keysByHand(keys.signers, network),
  };
}
