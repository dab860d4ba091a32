import type { ChainJournal } from "./journal.ts";
import { answerTo, planCall, planTransactions } from "./plan-commands.ts";
import type { ChainCommand, SimulatedChain } from "./simulated-chain.ts";

interface Waiting {
  readonly call: ChainCommand;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Everything that changes the chain goes through here, one after the other. */
export interface CommandQueue extends AsyncDisposable {
  /** Journals a call, applies it and answers what it gives. */
  run(call: ChainCommand): Promise<unknown>;
}

/** So many chain transactions share one write to the journal. */
const MAX_GROUP = 500;

const isTransaction = ({ call }: Waiting) => call.method === "eth_sendRawTransaction";

/** Hands out calls in order: chain transactions that wait together as one group, everything else alone. */
function takeGroup(waiting: Waiting[]): Waiting[] {
  const other = waiting.findIndex((each) => !isTransaction(each));
  const together = other < 0 ? waiting.length : other;
  return waiting.splice(0, Math.max(1, Math.min(together, MAX_GROUP)));
}

/**
 * Applies calls to a chain in the order of their coming. With a journal, what a call does is on disk before it is done;
 * those that come while the disk is busy are written together.
 */
export function createCommandQueue(
  chain: SimulatedChain,
  journal: ChainJournal | undefined,
): CommandQueue {
  const waiting: Waiting[] = [];
  let working: Promise<void> | undefined;
  let closed = false;

  const writeAhead = (commands: readonly ChainCommand[]) =>
    journal?.append(commands.map(({ method, params }) => ["call", method, params]));

  async function runTransactions(group: readonly Waiting[]): Promise<void> {
    const commands = planTransactions(
      chain,
      group.map(({ call }) => call),
    );
    await writeAhead(commands);
    const answers: (() => void)[] = [];
    for (const [index, command] of commands.entries()) {
      const { resolve, reject } = group[index] ?? { resolve: () => {}, reject: () => {} };
      const answer = chain.apply(command).then(
        (result) => () => resolve(result),
        (error: unknown) => () => reject(error),
      );
      answers.push(await answer);
    }
    // Nobody is told before the block stands that mining at once promises.
    for (const tell of answers) tell();
  }

  async function runCall({ call, resolve }: Waiting): Promise<void> {
    const commands = planCall(chain, call);
    await writeAhead(commands);
    let result: unknown;
    for (const command of commands) result = await chain.apply(command);
    resolve(answerTo(chain, call, result));
  }

  async function runGroup(group: readonly Waiting[]): Promise<void> {
    const [first] = group;
    if (!first) return;
    try {
      await (isTransaction(first) ? runTransactions(group) : runCall(first));
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) await runGroup(takeGroup(waiting));
    working = undefined;
  }

  return {
    run(call) {
      if (closed) return Promise.reject(new Error("the chain is stopping"));
      return new Promise((resolve, reject) => {
        waiting.push({ call, resolve, reject });
        working ??= work();
      });
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await working;
    },
  };
}
