import { type BatchId, outcomeDigestOf } from "../../../protocol/messages.ts";
import { packRejections, rejectionsHashOf } from "../../../protocol/rejections.ts";
import type {
  WireCreditAnswer,
  WireCreditInstruction,
} from "../../../protocol/wire/participant.ts";
import type { Answer, Asked, ProgrammableRoute } from "../../foundation/simulator/fault.ts";
import { refusalOf } from "../../foundation/simulator/faults.ts";
import { withWrongEntry } from "../../foundation/simulator/off-by-one.ts";
import { inOneCommit } from "../../foundation/storage/open-sqlite.ts";
import { findCreditBatch } from "../store/credits.ts";
import { book } from "../store/ledger.ts";
import type { WalletParts } from "../wallet-parts.ts";

const batchOf = ({ url }: Asked) => url.split("?")[0]?.split("/").at(-1) as BatchId;

/** Rejects every transfer of a batch under the wallet's own signature, and remembers nothing of it. */
async function rejectAll(wallet: WalletParts, asked: Asked): Promise<Answer> {
  const batchId = batchOf(asked);
  const { items }: WireCreditInstruction = JSON.parse(asked.body.toString("utf8"));
  // The account is closed.
  const reason = "AC04";
  const rejections = items.map((_, index) => ({ index, reason }));
  const outcome = { batchId, rejectionsHash: rejectionsHashOf(rejections) };
  const body: WireCreditAnswer = {
    batchId,
    answers: items.map(({ details }) => ({ uetr: details.uetr, status: "RJCT", reason })),
    rejections: packRejections(rejections),
    outcomeSignature: await wallet.signer.signDigest(outcomeDigestOf(wallet.deployment, outcome)),
    answeredAt: new Date().toISOString(),
  };
  return { status: 200, body };
}

/** Credits everything of an answered batch once more: what a wallet does that has lost its memory of the first time. */
function creditAgain({ db }: WalletParts, asked: Asked, attempt: number): undefined {
  const batchId = batchOf(asked);
  const credits = db
    .prepare("select * from credits where batch_id = ? and status = 'ACCC' and account is not null")
    .all(batchId);
  if (!findCreditBatch(db, batchId)) return;
  inOneCommit(db, () => {
    for (const credit of credits) {
      const amount = credit["amount"] as bigint;
      book(db, {
        id: `credit:${batchId}:${credit["batch_index"]}:again-${attempt}`,
        kind: "credit",
        reference: String(credit["uetr"]),
        lines: [
          { account: String(credit["account"]), amount },
          { account: "transit", amount: -amount },
        ],
      });
    }
  });
}

/** What the wallet simulator can be told to do wrong, route by route. */
export function walletRoutes(wallet: () => WalletParts): readonly ProgrammableRoute[] {
  return [
    {
      name: "POST /accounts/lookup",
      method: "POST",
      path: /^\/accounts\/lookup$/,
      own: ["stale-directory"],
    },
    {
      name: "PUT /credits/{batchId}",
      method: "PUT",
      path: /^\/credits\/[^/]+$/,
      idOf: batchOf,
      promise: (asked) => ({
        status: 202,
        body: { batchId: batchOf(asked), status: "in-progress" },
      }),
      refuse: (asked) => rejectAll(wallet(), asked),
      repeat: (asked, attempt) => creditAgain(wallet(), asked, attempt),
    },
    {
      name: "GET /credits/{batchId}",
      method: "GET",
      path: /^\/credits\/[^/]+$/,
      idOf: batchOf,
      enquires: true,
    },
    {
      name: "POST /recalls/{uetr}",
      method: "POST",
      path: /^\/recalls\/[^/]+$/,
      refuse: () => refusalOf("overloaded", "nobody can decide on it now"),
    },
    {
      name: "GET /statements/{date}",
      method: "GET",
      path: /^\/statements\/[^/]+$/,
      distort: (statement) => withWrongEntry(statement, "items"),
    },
  ];
}
