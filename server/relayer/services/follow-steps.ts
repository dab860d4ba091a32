import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { WireTransferEvent } from "../../../protocol/wire/webhooks.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { ServiceContext } from "../service-context.ts";
import { findAuditHead } from "../store/audit.ts";
import { listLoggedSteps, listTransferSteps, type StreamedStep } from "../store/event-stream.ts";
import { findTransfer } from "../store/transfers.ts";
import { describeEvents } from "./describe-event.ts";

/** A step as a stream tells it; `place` is where a reader goes on. */
export interface ToldStep {
  readonly place: bigint;
  /** Undefined when it cannot be told any more. */
  readonly event: WireTransferEvent | undefined;
}

/** What a stream reads from: where it begins, and the steps behind a place. */
export interface StepSource {
  readonly start: bigint;
  /** The next steps, in order; fewer than there are when they are many. */
  after(place: bigint): Promise<ToldStep[]>;
}

/** Steps told at a time, so that a slow reader costs little memory. */
const PAGE = 200;

async function tell(context: ServiceContext, steps: readonly StreamedStep[]): Promise<ToldStep[]> {
  if (steps.length === 0) return [];
  const events = await describeEvents(context, steps);
  return events.map((event, at) => ({ place: steps[at]?.place ?? 0n, event }));
}

/**
 * Every step of a wallet's transfers, as the audit log numbers them: behind a number, or from now on. A number past
 * the log's end waits for the log to get there.
 */
export async function followAllSteps(
  context: ServiceContext,
  participantId: ParticipantId,
  after: bigint | undefined,
): Promise<StepSource> {
  const start = after ?? (await findAuditHead(context.db)).seq;
  return {
    start,
    after: async (place) =>
      tell(
        context,
        await listLoggedSteps(context.db, { participantId, after: place, limit: PAGE }),
      ),
  };
}

/** The steps of one transfer, by their versions, from the first one or behind one. A foreign id looks like a missing one. */
export async function followTransferSteps(
  context: ServiceContext,
  transfer: { readonly participantId: ParticipantId; readonly uetr: Uetr },
  after: bigint | undefined,
): Promise<StepSource> {
  const row = await findTransfer(context.db, transfer);
  if (!row) throw new ProblemError("not-found", "there is no transfer of this id");
  return {
    start: after ?? 0n,
    after: async (place) =>
      tell(context, await listTransferSteps(context.db, { ...transfer, after: place })),
  };
}
