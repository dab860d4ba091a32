import { readFileSync } from "node:fs";
import { loadCorridors } from "../../protocol/corridor.ts";
import type { Address } from "../../protocol/messages.ts";
import { localSigner } from "../../protocol/signature.ts";
import { ProblemError } from "../../server/foundation/http/problem-error.ts";
import { ChainModel } from "./chain-model.ts";
import { createChainPort } from "./chain-port.ts";
import type { Order, Parties } from "./orders.ts";
import { createRandom, type Random } from "./random.ts";
import type { DatabaseKind, SimulatedDatabase } from "./sim-database.ts";
import { type Round, type SimulatedRelayer, startSimulatedRelayer } from "./sim-relayer.ts";
import { WalletModel } from "./wallet-model.ts";

/** What a run was asked to do. */
export interface SimulationOptions {
  readonly seed: number;
  readonly transfers: number;
  readonly relayers: number;
  /** The largest batch. */
  readonly maxBatch: number;
  /** Embedded unless said otherwise. */
  readonly database?: DatabaseKind;
}

/** Later than any clock of a machine that runs this, so that only the simulated one lets a quote lapse. */
const START = Date.parse("2100-01-01T00:00:00Z");
/** What a round may end with besides its work: the faults themselves, and losing a race to another instance. */
const EXPECTED =
  /^failpoint|the node did not answer|no usable answer|another instance has followed|of the lane is taken|a lease was lost|no longer 0x|underpriced/;

const address = (digit: string) => `0x${digit.repeat(40)}` as Address;

function partiesOf(random: Random): Parties & { payeeSigner: ReturnType<typeof localSigner> } {
  const file = JSON.parse(readFileSync("config/corridors.json", "utf8"));
  const [corridor] = loadCorridors(file).values();
  if (!corridor) throw new Error("there is no corridor");
  const signer = () => localSigner(random.bytes32());
  return {
    corridor,
    deployment: { chainId: 31_337n, corridor: address("c") },
    accounts: { bank: address("1"), payer: address("2"), payee: address("3") },
    tokens: { send: address("4"), receive: address("5") },
    bankSigner: signer(),
    payerSigner: signer(),
    payeeSigner: signer(),
  };
}

/** One run: chain, wallet, database, relayers, and the clock that all of them go by. */
export class World {
  readonly random: Random;
  readonly parties;
  readonly chain: ChainModel;
  readonly wallet: WalletModel;
  readonly database: SimulatedDatabase;
  readonly line = { unreachable: 0.02, replyLost: 0.02 };
  readonly payee = { unreachable: 0.02, replyLost: 0.03 };
  readonly faults: Record<string, number> = {};
  readonly accepted: Order[] = [];
  readonly pending: Order[] = [];
  relayers: SimulatedRelayer[] = [];
  rounds = 0;
  #now = START;
  #starts = 0;

  constructor(database: SimulatedDatabase, options: SimulationOptions) {
    this.database = database;
    this.random = createRandom(options.seed);
    this.parties = partiesOf(this.random);
    this.chain = new ChainModel(this.seconds());
    const { random, chain: model, payee: faults } = this;
    const { payeeSigner: signer, deployment } = this.parties;
    this.wallet = new WalletModel({ model, random, signer, deployment, faults });
    this.relayers = Array.from({ length: options.relayers }, (_, index) => this.start(index));
  }

  count(fault: string): void {
    this.faults[fault] = (this.faults[fault] ?? 0) + 1;
  }

  seconds(): bigint {
    return BigInt(Math.floor(this.#now / 1_000));
  }

  start(index: number): SimulatedRelayer {
    const { corridor, accounts, deployment, tokens } = this.parties;
    const signers = new Map<string, Address>([
      [accounts.payer, this.parties.payerSigner.address],
      [accounts.payee, this.parties.payeeSigner.address],
      [accounts.bank, this.parties.bankSigner.address],
    ]);
    const { random, line: faults } = this;
    const chain = createChainPort(this.chain, { lane: `lane-${index}`, signers, random, faults });
    const unused = () => Promise.reject(new ProblemError("bank-unavailable", "not simulated"));
    const [bankId = ""] = corridor.banks;
    const ids = {
      [corridor.payer]: accounts.payer,
      [corridor.payee]: accounts.payee,
      [bankId]: accounts.bank,
    };
    return startSimulatedRelayer(
      {
        db: this.database.db,
        chain,
        bank: { quote: unused, confirmCycle: unused },
        participants: this.wallet.port,
        screening: { screen: async () => ({ clear: true, listVersion: "simulated" }) },
        requestKeys: { find: async () => undefined, spend: unused, forget: () => {} },
        bestQuote: unused,
        storeQuotes: unused,
        webhooks: { assertAllowed: unused, post: unused },
        corridors: new Map([[corridor.id, corridor]]),
        network: {
          ...deployment,
          relay: address("9"),
          deployedInBlock: 0,
          accounts: ids,
          tokens: {
            [corridor.sendCurrency]: tokens.send,
            [corridor.receiveCurrency]: tokens.receive,
          },
        } as never,
      },
      `relayer-${index}-${++this.#starts}`,
    );
  }

  /** A relayer that is gone: a new one takes its key and its place. */
  restart(index: number): void {
    this.count("restart");
    this.relayers[index] = this.start(index);
  }

  async tick(ms: number): Promise<void> {
    this.#now += ms;
    await this.database.setClock(new Date(this.#now));
  }

  mine(): void {
    const now = this.seconds();
    this.chain.mine(now, this.wallet.takeSettlements(now));
  }

  /** One round of one relayer; an end that is not among the expected ones ends the run. */
  async round(index: number, round: Round): Promise<void> {
    this.rounds++;
    try {
      await this.relayers[index]?.run(round);
    } catch (error) {
      if (!EXPECTED.test(String((error as Error).message))) throw error;
      if (/^failpoint/.test(String((error as Error).message))) this.restart(index);
    }
  }

  /** A wallet sends an order, and once more whenever it has no answer. */
  async send(order: Order): Promise<void> {
    const index = this.random.below(this.relayers.length);
    try {
      await this.relayers[index]?.accept(order.caller, order.request);
      this.accepted.push(order);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === "quote-invalid") this.count("refused: the bank's quote has lapsed");
      else if (EXPECTED.test(String((error as Error).message))) this.pending.push(order);
      else throw error;
    }
  }
}
