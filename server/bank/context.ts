import { readFileSync } from "node:fs";
import { computeAddress } from "ethers";
import type { ParticipantId } from "../../protocol/corridor.ts";
import type { Address } from "../../protocol/messages.ts";
import { type DigestSigner, localSigner } from "../../protocol/signature.ts";
import { createChainAccount } from "../foundation/chain/chain-account.ts";
import { type ChainConnection, connectChain } from "../foundation/chain/connect.ts";
import { useFastKeccak } from "../foundation/chain/fast-keccak.ts";
import { readBlock } from "../foundation/chain/read-blocks.ts";
import { ProblemError } from "../foundation/http/problem-error.ts";
import { serve } from "../foundation/http/serve.ts";
import { createLogger, type Logger } from "../foundation/log/create-logger.ts";
import { startWorkLoop } from "../foundation/process/work-loop.ts";
import { serveControl } from "../foundation/simulator/control-app.ts";
import { createFaults } from "../foundation/simulator/faults.ts";
import { lockDirectory } from "../foundation/storage/lock-directory.ts";
import type { Books } from "./chain/books.ts";
import { createFollower } from "./chain/follow-chain.ts";
import { createTokenRegistry } from "./chain/token-registry.ts";
import { type BankConfig, checkBankConfig } from "./config/config.ts";
import { createEcbSeries } from "./fx/ecb-series.ts";
import type { FxDesk } from "./fx/make-quote.ts";
import { createBankApp } from "./http/bank-app.ts";
import type { BankDesks } from "./http/bank-desks.ts";
import { bookCapital } from "./ledger/book-capital.ts";
import { openLedger } from "./ledger/open-ledger.ts";
import { BANK_ROUTES } from "./simulator/programmable-routes.ts";
import type { Treasury } from "./treasury/treasury.ts";
import { runTreasuryRound } from "./treasury/treasury-round.ts";

/** A running bank. Disposing it ends its work, its answers under way and its hold on its directory. */
export interface Bank extends AsyncDisposable {
  readonly url: string;
  /** Its account on chain, and the key that signs its quotes. */
  readonly account: Address;
  readonly signer: Address;
  /** Where it can be told to misbehave, if it can. */
  readonly controlUrl?: string;
}

/** What a test or an operator may put in place of the usual. */
export interface BankOverrides {
  readonly log?: Logger;
  /** Signs quotes: an HSM or KMS in production. */
  readonly signer?: DigestSigner;
  /** The bank's own clock, in Unix seconds. */
  readonly now?: () => bigint;
}

/**
 * Builds a bank and starts it: its ledger, its own reading of the chain, its FX desk, its treasury and its
 * HTTP interface.
 *
 * @throws if the configuration contradicts itself, the directory or port is taken, or the node serves
 * another chain.
 */
export async function createBank(config: BankConfig, overrides: BankOverrides = {}): Promise<Bank> {
  await useFastKeccak();
  checkBankConfig(config);
  const log = overrides.log ?? createLogger(config.id, config.logLevel);
  const now = overrides.now ?? (() => BigInt(Math.floor(Date.now() / 1_000)));
  const signer = overrides.signer ?? localSigner(config.keys.signer);
  await using opened = new AsyncDisposableStack();

  opened.use(lockDirectory(config.dataDirectory));
  const db = openLedger(config.dataDirectory);
  opened.defer(() => db.close());
  bookCapital(db, config.treasury, now());
  const { rpcUrl, depth, followEveryMs, treasuryEveryMs } = config.chain;
  const { chainId, corridor, deployedInBlock } = config.network;
  const connection = await connectChain({ rpcUrl, chainId, depth });
  opened.defer(() => connection.provider.destroy());

  const bank = computeAddress(config.keys.account) as Address;
  const tokens = createTokenRegistry(config.network.tokens);
  const books: Books = { db, log, bank, corridor, tokens };
  const follower = await createFollower(connection, books, deployedInBlock);
  const treasury: Treasury = {
    ...books,
    connection,
    account: createChainAccount(connection, config.keys.account),
    corridor: { connection, corridor },
    signer,
    targets: config.treasury,
    now,
  };
  const following = startWorkLoop({
    name: "follow-chain",
    everyMs: followEveryMs,
    log,
    work: () => follower.follow(),
  });
  opened.use(following);
  const treasuryLoop = startWorkLoop({
    name: "treasury",
    everyMs: treasuryEveryMs,
    log,
    work: () => runTreasuryRound(treasury),
  });
  opened.use(treasuryLoop);
  const { control, listen } = config;
  const faults = control && createFaults(BANK_ROUTES, log);
  const desks: BankDesks = {
    log,
    db,
    follower,
    fx: fxDeskOf(config, { ...books, signer, connection }),
    fundings: { db, tokens, customers: customersOf(config, bank), now },
    cycles: { db, tokens, follower, now },
    wakeTreasury: () => treasuryLoop.wake(),
  };
  const server = opened.use(await serve(createBankApp(desks, faults), listen));
  const controls = faults && opened.use(await serveControl(faults, log, control));

  const running = opened.move();
  return {
    url: server.url,
    account: bank,
    signer: signer.address,
    ...(controls && { controlUrl: controls.url }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function fxDeskOf(
  config: BankConfig,
  parts: Books & { readonly signer: DigestSigner; readonly connection: ChainConnection },
): FxDesk {
  const { db, bank, tokens, corridor, signer, connection } = parts;
  return {
    db,
    bank,
    tokens,
    signer,
    bankId: config.id,
    deployment: { chainId: config.network.chainId, corridor },
    corridors: config.corridors,
    rates: createEcbSeries(readFileSync(config.rates.file, "utf8"), config.rates),
    accounts: accountsOf(config),
    chainTime: () => chainTime(connection),
  };
}

async function chainTime(connection: ChainConnection): Promise<bigint> {
  const latest = await readBlock(connection, "latest").catch((cause) => {
    throw new ProblemError("chain-unavailable", "the chain's clock cannot be read", { cause });
  });
  if (latest !== undefined) return latest.timestamp;
  throw new ProblemError("chain-unavailable", "the chain has no block yet");
}

function accountsOf({ network }: BankConfig): ReadonlyMap<ParticipantId, Address> {
  const accounts = Object.entries(network.accounts);
  return new Map(accounts.map(([id, account]) => [id as ParticipantId, account]));
}

/** Whoever has an account on the network, but for the bank itself: it funds itself. */
function customersOf(config: BankConfig, bank: Address): ReadonlySet<Address> {
  return new Set(Object.values(config.network.accounts).filter((account) => account !== bank));
}
