import { keccak256, sha256, toUtf8Bytes } from "ethers";
import { assertAuditChain, auditDigest, FIRST_AUDIT_HASH } from "../../../../protocol/audit.ts";
import { isWebhookSignedBy } from "../../../../protocol/webhook-signature.ts";
import { transferEventSchema } from "../../../../protocol/wire/webhooks.ts";
import type { ReceivedWebhook } from "../../field/webhook-inbox.ts";
import { type Evidence, groupBy, type Invariant } from "../evidence.ts";

const header = ({ headers }: ReceivedWebhook, name: string) => String(headers[name] ?? "");

function unsigned({ webhooks }: Evidence): string[] {
  return webhooks.received.flatMap((call) => {
    const id = header(call, "webhook-id");
    const timestamp = Number(header(call, "webhook-timestamp"));
    const message = { id, timestamp, body: call.body };
    const good = isWebhookSignedBy(webhooks.secret, message, header(call, "webhook-signature"));
    return good ? [] : [`the webhook ${id} is not signed by its secret`];
  });
}

/** Steps that were told, each as "uetr version state". */
function toldSteps({ webhooks }: Evidence): Set<string> {
  return new Set(
    webhooks.received
      .filter(({ status }) => status < 300)
      .map(({ body }) => {
        const { data } = transferEventSchema.parse(JSON.parse(body));
        return `${data.uetr} ${data.version} ${data.state}`;
      }),
  );
}

/**
 * I11: every step of every transfer was told by a webhook that was taken, or is a visible dead letter; none was told
 * that did not happen; repetitions carry the same id and the same body; every one is signed.
 */
export const endsAreTold: Invariant = (evidence) => {
  const { transfers, webhooks } = evidence;
  const told = toldSteps(evidence);
  const happened = new Set(
    transfers.flatMap(({ uetr, timeline }) =>
      timeline.map(({ version, state }) => `${uetr} ${version} ${state}`),
    ),
  );
  const dead = webhooks.deliveries.filter(({ state }) => state === "dead").length;
  const untold = [...happened].filter((step) => !told.has(step));
  const invented = webhooks.received
    .map(({ body }) => transferEventSchema.parse(JSON.parse(body)).data)
    .filter(({ uetr, version, state }) => !happened.has(`${uetr} ${version} ${state}`));
  const byId = groupBy(webhooks.received, (call) => header(call, "webhook-id"));
  const bodies = [...byId].filter(([, calls]) => new Set(calls.map(({ body }) => body)).size > 1);
  return [
    ...(untold.length > dead ? untold.map((step) => `never told: ${step}`) : []),
    ...invented.map(({ uetr, state }) => `${uetr} was told ${state}, which never happened`),
    ...bodies.map(([id]) => `the webhook ${id} came in different words`),
    ...unsigned(evidence),
  ];
};

/** Entries of the log about transfers, each as "uetr version state". */
function loggedSteps({ audit }: Evidence): string[] {
  return audit.flatMap(({ entry }) => {
    const { kind, uetr, version, state } = JSON.parse(entry ?? "{}") as Record<string, string>;
    return kind === "transfer" ? [`${uetr} ${version} ${state}`] : [];
  });
}

function brokenChain({ audit }: Evidence): string[] {
  const links = audit.map(({ seq, digest, hash }) => ({ seq: BigInt(seq), digest, hash }));
  try {
    assertAuditChain({ seq: 0n, digest: "", hash: FIRST_AUDIT_HASH }, links);
  } catch (error) {
    return [`the audit log: ${error instanceof Error ? error.message : error}`];
  }
  return audit
    .filter(({ entry, digest }) => entry === undefined || auditDigest(entry) !== digest)
    .map(({ seq }) => `audit entry ${seq} is not what its digest says`);
}

/** I16: every step has exactly one entry in a log that hangs together, and the chain holds heads of that very log. */
export const auditComplete: Invariant = (evidence) => {
  const { transfers, audit, chain, auditHead } = evidence;
  const logged = groupBy(loggedSteps(evidence), (step) => step);
  const steps = transfers.flatMap(({ uetr, timeline }) =>
    timeline.map(({ version, state }) => `${uetr} ${version} ${state}`),
  );
  const hashes = new Map(audit.map(({ seq, hash }) => [BigInt(seq), hash]));
  const anchors = chain.transactions.flatMap(({ anchor }) => (anchor ? [anchor] : []));
  const last = audit.at(-1);
  const beyond = anchors.some(({ seq }) => seq > BigInt(last?.seq ?? 0));
  return [
    ...brokenChain(evidence),
    ...steps.filter((step) => !logged.has(step)).map((step) => `not in the audit log: ${step}`),
    ...[...logged].flatMap(([step, all]) => (all.length > 1 ? [`logged twice: ${step}`] : [])),
    ...anchors
      .filter(({ seq, hash }) => hashes.get(seq) !== hash)
      .map(({ seq }) => `the chain's anchor at ${seq} is not this log's`),
    ...(last && BigInt(auditHead.seq) < BigInt(last.seq) ? ["the log's head is behind it"] : []),
    ...(beyond ? ["the log was cut off behind an anchor"] : []),
  ];
};

/**
 * I14: no owner acts on what it has lost. Epochs are not public; what they must prevent is: one call in two chain
 * transactions of relayers, of which the second was refused because the first had done it.
 */
export const noStaleOwner: Invariant = ({ chain, relayerKeys }) => {
  const sent = chain.transactions.flatMap((transaction) =>
    transaction.reverted ? [] : transaction.calls.map((call) => ({ ...call, transaction })),
  );
  const byCall = groupBy(sent, ({ kind, batchId, index }) => `${kind} ${batchId} ${index ?? ""}`);
  return [...byCall].flatMap(([call, all]) => {
    const done = all.find(({ failed }) => !failed);
    const own = done && relayerKeys.includes(done.transaction.from);
    const repeated = all.filter((each) => each.failed && own);
    const late = repeated.filter(
      ({ transaction }) => transaction.blockNumber >= (done?.transaction.blockNumber ?? 0),
    );
    return late.map(
      ({ transaction }) => `${call} was sent again in ${transaction.transactionHash}`,
    );
  });
};

/** I15: each relayer key's nonces run from 0 without a gap, and each chain transaction is of a known use. */
export const noncesAccountedFor: Invariant = ({ chain, transfers, payments }) => {
  const known = new Set([...transfers, ...payments].map(({ batchId }) => batchId as string));
  const byKey = groupBy(chain.transactions, ({ from }) => from);
  const gaps = [...byKey].flatMap(([key, all]) =>
    all
      .toSorted((a, b) => a.nonce - b.nonce)
      .flatMap(({ nonce }, at) =>
        nonce === at ? [] : [`${key} has nonce ${nonce} in the place of ${at}`],
      ),
  );
  const unexplained = chain.transactions.filter(
    ({ use, calls }) => use === "unknown" || calls.some(({ batchId }) => !known.has(batchId)),
  );
  return [
    ...new Set(gaps.slice(0, 3)),
    ...unexplained.map(({ transactionHash }) => `nobody can explain ${transactionHash}`),
  ];
};

/** A person's data, and what a thoughtless hash of it would be. */
function tracesOf(text: string): string[] {
  const bytes = toUtf8Bytes(text);
  return [
    text,
    Buffer.from(bytes).toString("hex"),
    sha256(bytes).slice(2),
    keccak256(bytes).slice(2),
  ];
}

/** I20: nobody's name or number, nor an unsalted hash of it, is in calldata, logs, metrics, audit entries or webhooks. */
export const nothingPersonalOutside: Invariant = ({ history, chain, outputs, webhooks }) => {
  const people = history.orders.flatMap(({ sender, recipient }) => [sender, recipient]);
  const words = [...new Set(people.flatMap(({ phone, name }) => [phone, phone.slice(1), name]))];
  const places = new Map([
    ...outputs,
    ["calldata", chain.calldata.join("\n")],
    ["the webhooks", webhooks.received.map(({ body }) => body).join("\n")],
  ]);
  return words.flatMap((word) =>
    [...places].flatMap(([place, text]) =>
      tracesOf(word).some((trace) => text.includes(trace)) ? [`${word} stands in ${place}`] : [],
    ),
  );
};
