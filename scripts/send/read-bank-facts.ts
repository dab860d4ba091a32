import type { Network } from "../../protocol/network.ts";
import { signedMinor } from "../../server/local/bank-books.ts";
import { waitFor } from "../../server/local/wait-for.ts";
import type { FoundCorridor } from "./find-corridor.ts";
import type { ChainFacts } from "./read-chain-facts.ts";

/** What the bank's ledger has booked for some batches, settled less returned, in minor units. */
export interface BankFacts {
  readonly sent: bigint;
  readonly received: bigint;
}

function accountIn(network: Network, id: string | undefined): string {
  const account = network.accounts[id ?? ""];
  if (!account) throw new Error(`the network has no account of ${id}`);
  return account;
}

/**
 * Adds up the bank's own lines: what came to its position in the send currency, and what went to the receiving
 * wallet's in the other, by the batches they refer to. Waits until the bank has booked what the chain facts show.
 */
export async function readBankFacts(
  found: FoundCorridor,
  batchIds: ReadonlySet<string>,
  chain: ChainFacts,
): Promise<BankFacts> {
  const { bank, corridor, network } = found;
  await waitFor(
    () => bank.health(),
    ({ followedTo }) => followedTo >= chain.block,
  );
  const kinds = new Set(["settlement", "return"]);
  const bookedOn = async (owner: string, currency: string) => {
    let total = 0n;
    for (const day of chain.days) {
      for (const line of await bank.lines(`position:${owner}:${currency}`, day)) {
        // A return is of one transfer: "<batch id>:<index>".
        const [batchId = ""] = line.reference.split(":");
        if (kinds.has(line.kind) && batchIds.has(batchId)) total += signedMinor(line.amount);
      }
    }
    return total;
  };
  return {
    sent: await bookedOn(accountIn(network, corridor.banks[0]), corridor.sendCurrency),
    received: await bookedOn(accountIn(network, corridor.payee), corridor.receiveCurrency),
  };
}
