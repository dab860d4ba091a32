import { Contract } from "ethers";
import { corridorAbi, depositAbi } from "../../../protocol/contract-abi.ts";
import { programFaults } from "../../../server/local/program-faults.ts";
import type { Bench } from "../bench.ts";
import type { Trial } from "../trial.ts";
import { withAccount } from "../with-account.ts";

/** What stays of the payer's position: less than its largest transfer. */
const LEFT_MINOR = 50_000n;

/** The payer takes its position out and has it paid to its account at the bank. */
async function redeemPosition({ field }: Bench): Promise<void> {
  const { corridor, route } = field;
  const payer = corridor.plan.wallets.find(({ participant }) => participant.id === route.payer);
  const token = corridor.network.tokens[route.sendCurrency];
  if (!payer || token === undefined) throw new Error("the plan has no payer");
  await withAccount(corridor.rpcUrl, payer.keys.account.privateKey, async (account) => {
    const rail = new Contract(corridor.network.corridor, corridorAbi, account);
    const deposit = new Contract(token, depositAbi, account);
    const position = (await rail.getFunction("positionOf")(token, account.address)) as bigint;
    const minor = position - LEFT_MINOR;
    await (await rail.getFunction("withdraw")(token, minor)).wait();
    await (await deposit.getFunction("redeem")(minor, `0x${"5".repeat(64)}`)).wait();
  });
}

const payerSignal = ({ field }: Bench, name: NodeJS.Signals) =>
  field.corridor.services.get(field.route.payer)?.signal?.(name);

const bankFaults = ({ field }: Bench, faults: Parameters<typeof programFaults>[1]) =>
  programFaults(field.corridor.controlUrl(field.corridor.plan.bank.participant.id), faults);

/** Alarms of money that is not there. */
export const POSITION_TRIALS: readonly Trial[] = [
  {
    alert: "CorridorPositionLow",
    cause: "the payer redeems its position, and the bank takes no funding from it",
    remedy: "the participant funds its position",
    async provoke(bench) {
      await bankFaults(bench, [{ route: "POST /fundings", mode: "hang" }]);
      payerSignal(bench, "SIGSTOP");
      await redeemPosition(bench);
      payerSignal(bench, "SIGCONT");
    },
    mend: (bench) => bankFaults(bench, []),
  },
];
