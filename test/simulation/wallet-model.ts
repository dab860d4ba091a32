import { packAmounts } from "../../protocol/amounts.ts";
import { commitmentTo } from "../../protocol/commitment.ts";
import { batchIdOf, type Deployment, outcomeDigestOf } from "../../protocol/messages.ts";
import { minorUnits } from "../../protocol/money.ts";
import { statusReason } from "../../protocol/reason-codes.ts";
import { packRejections, rejectionsHashOf } from "../../protocol/rejections.ts";
import type { DigestSigner } from "../../protocol/signature.ts";
import { batchMessageSchema, quoteMessageSchema } from "../../protocol/wire/messages.ts";
import type { CreditAnswer, WireCreditInstruction } from "../../protocol/wire/participant.ts";
import { ProblemError } from "../../server/foundation/http/problem-error.ts";
import type { ChainCall } from "../../server/relayer/ports/chain.ts";
import type { ParticipantPort } from "../../server/relayer/ports/participants.ts";
import type { ChainModel } from "./chain-model.ts";
import type { Random } from "./random.ts";

/** What the receiving wallet has booked for one transfer. */
export interface Credit {
  readonly batchId: string;
  readonly amountMinor: bigint;
  readonly held: boolean;
  times: number;
}

export interface WalletFaults {
  unreachable: number;
  replyLost: number;
}

/** Seconds before the end of the settlement window within which nothing is credited any more. */
const SETTLE_MARGIN = 15n;
/** Seconds after which it settles for itself what it has signed for. */
const SETTLE_WITHIN = 10n;
const unavailable = () => new ProblemError("participant-unavailable", "no usable answer");

/** The receiving wallet's rules: what it credits, once, and what it signs. */
export class WalletModel {
  readonly credits = new Map<string, Credit>();
  readonly answers = new Map<string, CreditAnswer>();
  #settlements: { readonly call: ChainCall; readonly from: bigint }[] = [];
  readonly #options;

  constructor(options: {
    readonly model: ChainModel;
    readonly random: Random;
    readonly signer: DigestSigner;
    readonly deployment: Deployment;
    readonly faults: WalletFaults;
  }) {
    this.#options = options;
  }

  readonly port: ParticipantPort = {
    lookup: () => Promise.reject(unavailable()),
    lookupMany: () => Promise.reject(unavailable()),
    recall: () => Promise.reject(unavailable()),
    statement: () => Promise.reject(unavailable()),
    credit: async (_payee, batchId, instruction) => {
      const { random, faults } = this.#options;
      if (random.chance(faults.unreachable)) throw unavailable();
      const answer = this.answers.get(batchId) ?? (await this.#decide(batchId, instruction));
      if (random.chance(faults.replyLost)) throw unavailable();
      return answer;
    },
  };

  /** The settlements that it sends by itself, since nobody has for so long; each is sent once. */
  takeSettlements(timestamp: bigint): ChainCall[] {
    const due = this.#settlements.filter(({ from }) => timestamp >= from);
    this.#settlements = this.#settlements.filter(({ from }) => timestamp < from);
    return due.map(({ call }) => call);
  }

  async #decide(batchId: string, instruction: WireCreditInstruction): Promise<CreditAnswer> {
    const { model, random, signer, deployment } = this.#options;
    const quote = quoteMessageSchema.parse(instruction.quote);
    const batch = batchMessageSchema.parse(instruction.batch);
    const own = batchIdOf(deployment, batch);
    const { number, timestamp } = model.finalBlock;
    if (own !== batchId || model.statusAt(own, number) !== "Reserved") {
      throw new ProblemError("batch-not-reserved", "it is not reserved at the depth");
    }
    if (quote.settleUntil - timestamp < SETTLE_MARGIN) {
      throw new ProblemError("too-late", "too near the end of the settlement window");
    }
    const rejections: { index: number; reason: ReturnType<typeof statusReason> }[] = [];
    const answers = instruction.items.map((item, index) => {
      const { uetr } = item.details;
      if (random.chance(0.03)) {
        rejections.push({ index, reason: statusReason("AC04") });
        return { uetr, status: "RJCT" as const, reason: "AC04" };
      }
      const held = random.chance(0.02);
      const known = this.credits.get(uetr);
      if (known) known.times++;
      else {
        const amountMinor = BigInt(item.receiveMinor);
        this.credits.set(uetr, { batchId, amountMinor, held, times: 1 });
      }
      return { uetr, status: held ? ("ACWP" as const) : ("ACCC" as const) };
    });
    const packed = packRejections(rejections);
    const digest = outcomeDigestOf(deployment, {
      batchId: own,
      rejectionsHash: rejectionsHashOf(rejections),
    });
    const outcomeSignature = await signer.signDigest(digest);
    const answer = { batchId: own, answers, rejections: packed, outcomeSignature, answeredAt: "" };
    this.answers.set(batchId, answer as unknown as CreditAnswer);
    const instructions = instruction.items.map((item) => ({
      commitment: commitmentTo(item.details, item.salt),
      amounts: packAmounts({
        send: minorUnits(BigInt(item.sendMinor)),
        receive: minorUnits(BigInt(item.receiveMinor)),
      }),
    }));
    const call = { kind: "settle", batchId: own, quote, batch, instructions } as const;
    this.#settlements.push({
      call: { ...call, rejections: packed, outcomeSignature },
      from: timestamp + SETTLE_WITHIN,
    });
    return answer as unknown as CreditAnswer;
  }
}
