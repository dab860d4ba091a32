import { readFileSync } from "node:fs";
import { localSigner } from "../../protocol/signature.ts";
import type { ClientOptions } from "../../sdk/send/create-client.ts";
import { pathIn } from "./plan.ts";
import type { LocalCorridor } from "./start-corridor.ts";

/** Everything that the first corridor's sending wallet configures its client with, as its files state it. */
export function clientOptionsOf(corridor: LocalCorridor): ClientOptions {
  const { plan, relayerUrl, rpcUrl } = corridor;
  const [pair] = plan.corridors;
  const wallet = plan.wallets.find(({ participant }) => participant.id === pair?.payer);
  if (!pair || !wallet) throw new Error("the plan has no corridor");
  const read = (name: string): unknown => JSON.parse(readFileSync(pathIn(plan, name), "utf8"));
  return {
    relayerUrl,
    participant: pair.payer,
    requestKey: corridor.requestKeyOf(pair.payer),
    signer: localSigner(wallet.keys.signer.privateKey),
    network: read("network.json"),
    corridors: read("corridors.json"),
    keys: { rpcUrl },
  };
}
