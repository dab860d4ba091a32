import type { ParticipantId } from "../../../protocol/corridor.ts";
import { formatAmount, minorUnits } from "../../../protocol/money.ts";
import type { TransferState } from "../../../protocol/transfer-state.ts";
import type { WireTransferEvent } from "../../../protocol/wire/webhooks.ts";
import type { ServiceContext } from "../service-context.ts";
import { findTransferFacts } from "../store/transfers.ts";

/** A step as the audit log holds it. */
interface LoggedStep {
  readonly uetr: string;
  readonly version: string;
  readonly state: TransferState;
  readonly reason?: string;
  readonly at: string;
}

/**
 * What webhooks and the event stream say of some steps, in their order. It is made of what never changes, so that a
 * step is told in the same words however often it is told. Undefined for a step of a transfer that was put away, or whose
 * corridor is not configured any more: there is nothing left to tell it in.
 */
export async function describeEvents(
  context: ServiceContext,
  steps: readonly { readonly participantId: ParticipantId; readonly entry: string }[],
): Promise<(WireTransferEvent | undefined)[]> {
  const logged = steps.map(({ entry }) => JSON.parse(entry) as LoggedStep);
  const keys = steps.map(({ participantId }, at) => ({
    participantId,
    uetr: logged[at]?.uetr ?? "",
  }));
  const facts = await findTransferFacts(context.db, keys);
  const keyOf = (participantId: string, uetr: string) => `${participantId} ${uetr}`;
  const byKey = new Map(facts.map((row) => [keyOf(row.participant_id, row.uetr), row]));
  return logged.map((step, at): WireTransferEvent | undefined => {
    const row = byKey.get(keyOf(keys[at]?.participantId ?? "", step.uetr));
    const corridor = row && context.corridors.get(row.corridor_id);
    if (!corridor) return undefined;
    const { sendCurrency, receiveCurrency } = corridor;
    const amount = (minor: bigint, currency: string) => ({
      value: formatAmount(minorUnits(minor), currency),
      currency,
    });
    return {
      type: `transfer.${step.state}`,
      timestamp: step.at,
      data: {
        uetr: step.uetr,
        state: step.state,
        version: Number(step.version),
        ...(step.reason !== undefined && { reason: step.reason }),
        corridor: row.corridor_id,
        sendAmount: amount(row.send_minor, sendCurrency),
        receiveAmount: amount(row.receive_minor, receiveCurrency),
        rate: row.rate_major,
        batchId: row.batch_id,
        index: row.batch_index,
      },
    };
  });
}
