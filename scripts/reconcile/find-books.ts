import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Corridor, loadCorridors } from "../../protocol/corridor.ts";
import { type Network, networkSchema } from "../../protocol/network.ts";
import { type Addresses, readAddresses } from "../../server/local/addresses.ts";
import { NothingRuns } from "../send/find-corridor.ts";

/** A running rail's addresses, its deployment, and its corridors. */
export interface FoundBooks {
  readonly addresses: Addresses;
  readonly network: Network;
  readonly corridors: readonly Corridor[];
}

/** Finds what runs on a directory. @throws NothingRuns. */
export function findCorridors(directory: string): FoundBooks {
  const addresses = readAddresses(directory);
  if (!addresses) throw new NothingRuns(directory);
  const readJson = (name: string) => JSON.parse(readFileSync(join(directory, name), "utf8"));
  return {
    addresses,
    network: networkSchema.parse(readJson("network.json")),
    corridors: [...loadCorridors(readJson("corridors.json")).values()],
  };
}
