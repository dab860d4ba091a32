import { computeAddress } from "ethers";
import type { Express } from "express";
import { buildDocument } from "../../protocol/openapi/build-document.ts";
import { PARTICIPANT } from "../../protocol/openapi/participant.ts";
import { localSigner } from "../../protocol/signature.ts";
import { createRelayerClient } from "../../sdk/api/relayer-client.ts";
import { importRequestKey } from "../../sdk/keys/request-key.ts";
import { createChainAccount } from "../foundation/chain/chain-account.ts";
import { connectChain } from "../foundation/chain/connect.ts";
import { useFastKeccak } from "../foundation/chain/fast-keccak.ts";
import { watchHeads } from "../foundation/chain/watch-heads.ts";
import { createApp } from "../foundation/http/create-app.ts";
import { mountDocs } from "../foundation/http/interface-docs.ts";
import { createJsonClient } from "../foundation/http/json-client.ts";
import { refuseOtherMethods } from "../foundation/http/refuse-method.ts";
import { type RunningServer, serve } from "../foundation/http/serve.ts";
import { createLogger } from "../foundation/log/create-logger.ts";
import { gather } from "../foundation/process/gather.ts";
import { startWorkLoop } from "../foundation/process/work-loop.ts";
import { serveControl } from "../foundation/simulator/control-app.ts";
import { createFaults } from "../foundation/simulator/faults.ts";
import { lockDirectory } from "../foundation/storage/lock-directory.ts";
import { openSqlite } from "../foundation/storage/open-sqlite.ts";
import { followCorridor } from "./chain/follow-corridor.ts";
import type { WalletConfig } from "./config/config.ts";
import { accountRoutes } from "./http/account-routes.ts";
import { backOfficeRoutes, paymentRoutes, priceRoutes } from "./http/app-routes.ts";
import { participantRoutes } from "./http/participant-routes.ts";
import { createLateReturner } from "./receiving/return-late.ts";
import { settleLate } from "./receiving/settle-late.ts";
import { lookAfterPayments } from "./sending/close-payments.ts";
import { createDeliveries } from "./sending/deliveries.ts";
import { walletRoutes } from "./simulator/programmable-routes.ts";
import { openBooks } from "./store/ledger.ts";
import { SCHEMA } from "./store/schema.ts";
import { createTreasury } from "./treasury/keep-position.ts";
import type { WalletParts } from "./wallet-parts.ts";

/** A running wallet. */
export interface Wallet extends AsyncDisposable {
  readonly url: string;
  readonly server: RunningServer;
}

const BANK_TIMEOUT_MS = 5_000;
/** Nobody waits for what the wallet reads in a block: the node is busy answering others when it is new. */
const HEADS_GATHER_MS = 50;
const SETTLE_LOOK_MS = 500;
const PAYMENT_LOOK_MS = 1_000;

/** Refuses keys that are not of the account that the network file names. */
function assertKeys({ id, keys, network }: WalletConfig): void {
  if (network.accounts[id] !== computeAddress(keys.account)) {
    throw new Error(`the account key is not the one of ${id}'s account in the network file`);
  }
  if (computeAddress(keys.signer) === computeAddress(keys.account)) {
    throw new Error("the signer must be another key than the account's: it is in constant use");
  }
}

async function createParts(
  stack: AsyncDisposableStack,
  config: WalletConfig,
): Promise<WalletParts> {
  const log = createLogger(config.id, config.logLevel);
  stack.use(lockDirectory(config.dataDirectory));
  const directory = config.dataDirectory;
  const db = openSqlite({ directory, file: "wallet.sqlite", schema: SCHEMA });
  stack.defer(() => db.close());
  openBooks(db);
  const connection = await connectChain(config.chain);
  stack.defer(() => connection.provider.destroy());
  const { network } = config;
  const deliveries = stack.use(createDeliveries());
  const parts: WalletParts = {
    config,
    db,
    log,
    corridor: { connection, corridor: network.corridor },
    deployment: { chainId: network.chainId, corridor: network.corridor },
    account: createChainAccount(connection, config.keys.account),
    signer: localSigner(config.keys.signer),
    relayer: createRelayerClient({
      baseUrl: config.relayer.baseUrl,
      requestKey: await importRequestKey(config.relayer.requestKey),
      signal: deliveries.signal,
    }),
    deliveries,
    bank: stack.use(
      createJsonClient({
        baseUrl: config.bankUrl,
        unavailable: "bank-unavailable",
        timeoutMs: BANK_TIMEOUT_MS,
      }),
    ),
    faults:
      config.control &&
      createFaults(
        walletRoutes(() => parts),
        log,
      ),
  };
  return parts;
}

function createWalletApp(wallet: WalletParts): Express {
  return createApp(wallet.log, (app) => {
    if (wallet.faults) app.use(wallet.faults.middleware);
    mountDocs(app, buildDocument(PARTICIPANT));
    app
      .route("/healthz")
      .get((_request, response) => {
        response.json({ status: "ok" });
      })
      .all(refuseOtherMethods("GET", "HEAD"));
    app.use(participantRoutes(wallet));
    app.use(accountRoutes(wallet));
    app.use(priceRoutes(wallet));
    app.use(paymentRoutes(wallet));
    app.use(backOfficeRoutes(wallet));
  });
}

/** Builds and starts a wallet: its accounts, its own reading of the chain, its treasury and its HTTP interfaces. */
export async function createWallet(config: WalletConfig): Promise<Wallet> {
  await useFastKeccak();
  assertKeys(config);
  await using stack = new AsyncDisposableStack();
  const wallet = await createParts(stack, config);
  const { log } = wallet;
  const keepPosition = createTreasury(wallet);
  const loop = (name: string, everyMs: number, work: () => Promise<unknown>) =>
    stack.use(startWorkLoop({ name, everyMs, log, work: async () => (await work()) === true }));
  const follow = loop("follow-corridor", config.followEveryMs, () => followCorridor(wallet));
  loop("keep-position", config.treasury.everyMs, keepPosition);
  loop("settle-late", SETTLE_LOOK_MS, () => settleLate(wallet));
  loop("return-late", SETTLE_LOOK_MS, createLateReturner(wallet));
  loop("look-after-payments", PAYMENT_LOOK_MS, () => lookAfterPayments(wallet));
  const followSoon = gather(HEADS_GATHER_MS, () => follow.wake());
  stack.use(watchHeads(wallet.corridor.connection, log, followSoon));
  const server = stack.use(await serve(createWalletApp(wallet), config.listen));
  if (wallet.faults && config.control) {
    stack.use(await serveControl(wallet.faults, log, config.control));
  }
  const owned = stack.move();
  return { url: server.url, server, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
