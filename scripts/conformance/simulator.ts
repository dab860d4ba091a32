import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateRequestJwk } from "../../sdk/keys/request-key.ts";
import { developmentKey } from "../../server/local/keys.ts";
import { createWalletApp, WalletAppProblem } from "../../server/local/wallet-app.ts";
import { type RunWallet, runWallet } from "./run-wallet.ts";
import type { Rail } from "./start-rail.ts";
import { parseWalletFile, type WalletFile } from "./wallet-file.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const [ACCOUNT, SIGNER] = [30, 31];

/** The key file of this repository's own wallet simulator. */
export const SIMULATOR: WalletFile = parseWalletFile({
  participant: "island-wallet",
  accountKey: developmentKey(ACCOUNT).privateKey,
  signer: developmentKey(SIGNER).address,
  accounts: { open: "+639171110001", closed: "+639171110002", underReview: "+639171110003" },
});

async function openAccounts(url: string, { accounts }: WalletFile): Promise<void> {
  const app = createWalletApp(url);
  for (const [status, phone] of Object.entries(accounts)) {
    const name = `Liwayway Dela Cruz ${status}`;
    await app.openAccount({ phone, name }).catch((error: unknown) => {
      // After a restart they are there already.
      if (!(error instanceof WalletAppProblem)) throw error;
    });
  }
  await app.setStatus(accounts.closed, "closed");
  await app.setStatus(accounts.underReview, "under-review");
}

/** Starts the simulator on a rail, from this product or from a copy of it. */
export async function runSimulator(
  rail: Rail,
  at: { readonly port: number; readonly directory: string; readonly root?: string },
): Promise<RunWallet> {
  const { port, directory, root = ROOT } = at;
  const data = join(directory, "wallet");
  mkdirSync(data, { recursive: true });
  const currency = rail.corridor.receiveCurrency;
  const url = `http://127.0.0.1:${port}`;
  const nobody = "http://127.0.0.1:9";
  return runWallet({
    command: `exec "${process.execPath}" "${join(root, "server/wallet/main.ts")}"`,
    url: `${url}/healthz`,
    onReady: () => openAccounts(url, SIMULATOR),
    env: {
      WALLET_ID: SIMULATOR.participant,
      WALLET_CURRENCY: currency,
      WALLET_PORT: `${port}`,
      WALLET_DATA_DIRECTORY: data,
      WALLET_RPC_URL: rail.rpcUrl,
      WALLET_NETWORK_FILE: rail.networkFile,
      WALLET_CORRIDORS_FILE: rail.corridorsFile,
      WALLET_ACCOUNT_KEY: SIMULATOR.accountKey,
      WALLET_SIGNER_KEY: developmentKey(SIGNER).privateKey,
      WALLET_RELAYER_URL: nobody,
      WALLET_REQUEST_KEY: JSON.stringify(await generateRequestJwk()),
      WALLET_BANK_URL: nobody,
      WALLET_SETTLE_WITHIN_MS: "1500",
      WALLET_POSITION_FLOOR: "0.00",
      WALLET_POSITION_TARGET: "0.00",
      WALLET_POSITION_CEILING: "1000000000.00",
      WALLET_LOG_LEVEL: "error",
    },
  });
}
