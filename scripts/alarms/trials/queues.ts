import { deployerKey, relayerKey } from "../../../server/local/keys.ts";
import { programFaults } from "../../../server/local/program-faults.ts";
import { waitFor } from "../../../server/local/wait-for.ts";
import type { Bench } from "../bench.ts";
import type { Trial } from "../trial.ts";
import { withAccount } from "../with-account.ts";

const ETHER = 10n ** 18n;
const hex = (value: bigint) => `0x${value.toString(16)}`;
const CREDIT = "PUT /credits/{batchId}";

/** What a key holds for gas from now on, in wei. */
export const setGas = ({ chain }: Bench, wei: bigint, instance = 0) =>
  chain("hardhat_setBalance", relayerKey(instance).address, hex(wei));

/** Sends gas to a relayer's key as an operator does: by a chain transaction of somebody who has some. */
export async function sendGas({ field }: Bench, instance = 0): Promise<void> {
  const to = relayerKey(instance).address;
  await withAccount(field.corridor.rpcUrl, deployerKey().privateKey, async (account) => {
    await (await account.sendTransaction({ to, value: 100n * ETHER })).wait();
  });
}

const misbehave = ({ field }: Bench, faults: Parameters<typeof programFaults>[1]) =>
  programFaults(field.corridor.controlUrl(field.route.payee), faults);

async function untilState({ field }: Bench, uetr: string, state: string): Promise<void> {
  const url = new URL(`/v1/transfers/${uetr}`, field.corridor.relayerUrl);
  const look = async () => {
    const answer = await field.corridor.fetchAs(field.route.payer)(url);
    return ((await answer.json()) as { state?: string }).state;
  };
  const seen = await waitFor(look, (each) => each === state);
  if (seen !== state) throw new Error(`the payment is ${seen}, not ${state}`);
}

/** A bank's quote lives for two minutes, and a hold for two more. */
const RELEASED_SECONDS = 300;
const scopeOf = (participant: string) => `participant:${participant}`;

const stopPayee = ({ field }: Bench) =>
  field.corridor.services.get(field.route.payee)?.signal?.("SIGSTOP");

/** Alarms of transfers that wait. */
export const QUEUE_TRIALS: readonly Trial[] = [
  {
    alert: "CorridorReserveQueueOld",
    cause: "the relayer's key has no gas",
    remedy: "gas sent to the lane's address",
    provoke: (bench) => setGas(bench, 0n).then(() => undefined),
    mend: (bench) => sendGas(bench),
  },
  {
    alert: "CorridorCreditQueueOld",
    cause: "the receiving wallet does not answer",
    remedy: "the payee is paused; the chain releases what it has not answered",
    endsWithin: RELEASED_SECONDS,
    provoke: (bench) => misbehave(bench, [{ route: CREDIT, mode: "hang" }]),
    mend: ({ operator, field }) => operator.act("/halts", { scope: scopeOf(field.route.payee) }),
    after: ({ operator, field }) =>
      operator.act("/halts/lift", { scope: scopeOf(field.route.payee) }),
  },
  {
    alert: "CorridorSettleQueueOld",
    cause: "no gas, and the payee stopped as soon as it has credited",
    remedy: "gas sent to the lane's address",
    async provoke(bench) {
      await misbehave(bench, [{ route: CREDIT, mode: "latency", ms: 4_000 }]);
      const uetr = await bench.traffic.pay();
      await untilState(bench, uetr, "reserved");
      await setGas(bench, 0n);
      await untilState(bench, uetr, "credited");
      stopPayee(bench);
    },
    mend: (bench) => sendGas(bench),
  },
  {
    alert: "CorridorConfirmationSlow",
    cause: "the receiving wallet takes four seconds to answer",
    remedy: "the stage that grows is credit: the payee answers at once again",
    provoke: (bench) => misbehave(bench, [{ route: CREDIT, mode: "latency", ms: 4_000 }]),
    mend: (bench) => misbehave(bench, []),
  },
];
