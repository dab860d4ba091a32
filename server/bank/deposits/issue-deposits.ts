import { Interface } from "ethers";
import { depositAbi } from "../../../protocol/contract-abi.ts";
import type { ChainAccount } from "../../foundation/chain/chain-account.ts";
import type { ChainConnection } from "../../foundation/chain/connect.ts";
import type { Logger } from "../../foundation/log/create-logger.ts";
import type { TokenRegistry } from "../chain/token-registry.ts";
import type { BankDatabase } from "../ledger/open-ledger.ts";
import { type StoredFunding, waitingFundings } from "./funding-store.ts";

/** Who issues the bank's deposit tokens. */
export interface Issuer {
  readonly db: BankDatabase;
  readonly log: Logger;
  readonly connection: ChainConnection;
  readonly account: ChainAccount;
  readonly tokens: TokenRegistry;
}

const issuanceAbi = new Interface([
  "function fundingIdUsed(bytes32 fundingId) view returns (bool)",
]);

/**
 * Issues the tokens of every accepted funding that the chain has not issued yet. The contract takes each
 * funding id once, so that a crash between sending and booking issues nothing twice. One funding that
 * the chain refuses does not hold up the others; it stays accepted and is tried again.
 */
export async function issueWaitingDeposits(issuer: Issuer): Promise<void> {
  for (const funding of waitingFundings(issuer.db)) {
    try {
      await issue(issuer, funding);
    } catch (error) {
      const { fundingId } = funding;
      issuer.log.warn({ fundingId, err: error }, "deposit could not be issued");
    }
  }
}

async function issue({ connection, account, tokens }: Issuer, funding: StoredFunding) {
  const token = tokens.tokenOf(funding.currency);
  const { fundingId, amount } = funding;
  const question = issuanceAbi.encodeFunctionData("fundingIdUsed", [fundingId]);
  const answer = await connection.provider.call({ to: token, data: question });
  const [used] = issuanceAbi.decodeFunctionResult("fundingIdUsed", answer);
  // Issued already, but not yet at the depth at which it is booked.
  if (used === true) return;
  const data = depositAbi.encodeFunctionData("issue", [funding.account, amount, fundingId]);
  await account.send({ to: token, data });
}
