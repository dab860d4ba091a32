import { NonceManager, Wallet } from "ethers";
import { deployCorridor } from "../../deployment/deploy-corridor.ts";
import { currencyOf } from "../../protocol/currency.ts";
import { parseAmount } from "../../protocol/money.ts";
import type { WireNetwork } from "../../protocol/network.ts";
import { connectChain } from "../foundation/chain/connect.ts";
import { deployerKey, governorKey, guardianKey } from "./keys.ts";
import { currenciesOf, type LocalPlan } from "./plan.ts";

export const LOCAL_CHAIN_ID = 31337n;
/** Bounds of a quote's clocks on the local chain, in seconds: 30 s, 3 days, 30 days. */
const HOLDS = { minHold: 30, maxHold: 3 * 86_400, maxReturn: 30 * 86_400 };
/** Loosening is delayed on the local chain too, only shorter. */
const DELAYS = { governor: 60, admin: 60 };
/** A payer may reserve so many times its greatest transfer in a window. */
const BUCKET_TRANSFERS = 1_000_000n;
const WINDOW_SECONDS = 86_400;

/** Deploys the contracts for a plan and answers what every party pins. */
export async function deployLocally(plan: LocalPlan, rpcUrl: string): Promise<WireNetwork> {
  const { provider } = await connectChain({ rpcUrl, chainId: LOCAL_CHAIN_ID, depth: 0 });
  provider.pollingInterval = 50;
  try {
    const signer = new NonceManager(new Wallet(deployerKey().privateKey, provider));
    const participants = [plan.bank, ...plan.wallets];
    const bank = plan.bank.keys.account.address;
    const deployment = await deployCorridor(signer, {
      holds: HOLDS,
      delays: DELAYS,
      governor: governorKey().address,
      guardian: guardianKey().address,
      tokens: currenciesOf(plan).map((currency) => ({
        currency,
        name: `${plan.bank.participant.name} ${currency} Deposit`,
        symbol: `d${currency}`,
        decimals: currencyOf(currency).scale,
        issuer: bank,
        compliance: bank,
      })),
      participants: participants.map(({ keys }) => ({
        account: keys.account.address,
        signer: keys.signer.address,
      })),
      limits: plan.corridors.map(({ sendCurrency, limits }) => {
        const maxPerTransfer = parseAmount(limits.maximum, sendCurrency);
        return {
          token: sendCurrency,
          maxPerTransfer,
          bucketCapacity: maxPerTransfer * BUCKET_TRANSFERS,
          windowSeconds: WINDOW_SECONDS,
        };
      }),
    });
    return {
      chainId: deployment.chainId.toString(),
      deployedInBlock: deployment.block,
      corridor: deployment.corridor,
      relay: deployment.relay,
      tokens: deployment.tokens,
      accounts: Object.fromEntries(
        participants.map(({ participant, keys }) => [participant.id, keys.account.address]),
      ),
    };
  } finally {
    provider.destroy();
  }
}
