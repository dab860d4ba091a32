import type { Uetr } from "../../../protocol/wire/primitives.ts";
import { type Checkpoint, ReorganisedError } from "../../foundation/chain/follow-events.ts";
import { failpoint } from "../../foundation/process/failpoint.ts";
import type { ChainFact, ChainSpan } from "../ports/chain-facts.ts";
import type { ServiceContext } from "../service-context.ts";
import { findCheckpoint, moveCheckpoint } from "../store/checkpoints.ts";
import { inTransaction } from "../store/in-transaction.ts";
import { recordChainFacts } from "./record-chain-facts.ts";
import { rollBack } from "./roll-back.ts";

/** Tells those who have work because of what was logged, and those who wait for an outcome. */
function signal({ signals }: ServiceContext, { facts }: ChainSpan, decided: readonly Uetr[]): void {
  const holds = (kind: ChainFact["kind"]) => facts.some((fact) => fact.kind === kind);
  if (holds("reserved")) signals.wake("credit");
  if (holds("call-failed")) signals.wake("chain");
  if (facts.length > 0) signals.wake("audit");
  signals.decided(decided);
}

/**
 * Moves the checkpoint behind a span and applies it, in one commit. Answers who has an outcome now, or undefined when
 * another instance has applied it.
 */
function storeSpan(context: ServiceContext, from: Checkpoint | undefined, span: ChainSpan) {
  return inTransaction(context.db, async (trx) => {
    if (!(await moveCheckpoint(trx, from, span.to))) return undefined;
    if (span.facts.length === 0) return [];
    await failpoint("C21");
    const decided = await recordChainFacts(context, trx, span.facts);
    await failpoint("C07");
    return decided;
  });
}

/** One contradicting answer may come from a node that lags on a fork; so many in a row are believed. */
const BELIEVED_CONTRADICTIONS = 3;

/**
 * Follows the chain. Each round reads the next final blocks and applies what the contracts logged there, the
 * checkpoint in the same commit, and answers whether more blocks follow. This is where transfers become reserved,
 * settled, rejected, expired and returned: the chain is the commit record, whoever sent the call.
 *
 * The checkpoint is remembered between rounds. When another instance has moved it meanwhile, nothing is applied here, and
 * the next round begins where that instance is. When the chain has replaced what was followed, it is rolled back.
 */
export function createChainFollower(context: ServiceContext): () => Promise<boolean> {
  let remembered: Checkpoint | undefined;
  let contradictions = 0;

  async function contradicted(error: unknown): Promise<void> {
    if (!(error instanceof ReorganisedError)) throw error;
    if (++contradictions < BELIEVED_CONTRADICTIONS) throw error;
    contradictions = 0;
    await rollBack(context, error.checkpoint);
  }

  return async function applyChainFacts() {
    const checkpoint = remembered ?? (await findCheckpoint(context.db));
    remembered = undefined;
    const next = context.chain.nextSpan(checkpoint).then((span) => ({ span }));
    const read = await next.catch(contradicted);
    if (!read) return true;
    contradictions = 0;
    const { span } = read;
    if (!span) {
      remembered = checkpoint;
      return false;
    }
    await failpoint("C06");
    const decided = await storeSpan(context, checkpoint, span);
    if (!decided) return false;
    if (decided.length > 0) await failpoint("C14");
    remembered = { number: span.to.number, hash: span.to.hash };
    signal(context, span, decided);
    return span.more;
  };
}
