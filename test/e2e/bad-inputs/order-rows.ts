import { randomUUID } from "node:crypto";
import { batchIdOf } from "../../../protocol/messages.ts";
import { localSigner } from "../../../protocol/signature.ts";
import { batchMessageSchema } from "../../../protocol/wire/messages.ts";
import type { WireTransferRequest } from "../../../protocol/wire/relayer.ts";
import { signRequest } from "../../../sdk/keys/sign-request.ts";
import { developmentKey } from "../../../server/local/keys.ts";
import { type RawAnswer, sendRaw } from "./raw-http.ts";
import { type BadInput, JSON_TYPE, type World } from "./world.ts";

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** An order that was signed correctly, then changed, then sent. */
function changed(
  input: string,
  [status, code]: [number, string],
  change: (order: WireTransferRequest, world: World) => unknown,
): BadInput {
  return {
    input,
    status,
    code,
    async prepare(world) {
      const order = await change(await world.signedOrder(), world);
      return () => world.order(order);
    },
  };
}

async function setQuote(world: World, id: string, columns: object): Promise<void> {
  const table = world.test.relayerDatabase().updateTable("quotes");
  await table.set(columns).where("id", "=", id).execute();
}

/** A signature by a key over the order's batch, for some chain. */
async function signAgain(
  order: WireTransferRequest,
  { test, payer }: World,
  changes: { readonly chainId?: bigint; readonly key?: string },
): Promise<WireTransferRequest> {
  const { chainId, corridor } = test.corridor.network;
  const deployment = { chainId: changes.chainId ?? chainId, corridor };
  const digest = batchIdOf(deployment, batchMessageSchema.parse(order.batch));
  const signer = changes.key === undefined ? payer.signer : localSigner(changes.key);
  return { ...order, signature: await signer.signDigest(digest) };
}

/** The malleable twin: the same point, the other s. */
function withHighS(order: WireTransferRequest): WireTransferRequest {
  const { signature } = order;
  const s = ORDER - BigInt(`0x${signature.slice(66, 130)}`);
  const v = signature.endsWith("1b") ? "1c" : "1b";
  return {
    ...order,
    signature: `${signature.slice(0, 66)}${s.toString(16).padStart(64, "0")}${v}`,
  };
}

const withDetails = (order: WireTransferRequest, changes: object) => ({
  ...order,
  details: { ...order.details, ...changes },
});

function withHeaders(
  input: string,
  headers: Record<string, string>,
  moreLines: readonly string[] = [],
): BadInput {
  return {
    input,
    status: 400,
    code: ["idempotency-key", "malformed-request"],
    async prepare(world) {
      const body = JSON.stringify(await world.signedOrder());
      return () =>
        world.send("/v1/transfers", {
          method: "POST",
          headers: { ...JSON_TYPE, ...headers },
          moreLines,
          body,
        });
    },
  };
}

const reading = (input: string, path: string, status: number, code: string): BadInput => ({
  input,
  status,
  code,
  prepare: async (world) => (): Promise<RawAnswer> => world.send(path),
});

const ID = "6f1c1f0e-4c1f-4d3a-9a55-0123456789ab";

/** What an order, and an id, may not be. */
export const ORDER_ROWS: readonly BadInput[] = [
  changed("an expired quote", [422, "quote-invalid"], async (order, world) => {
    await setQuote(world, order.quoteId, { expires_at: new Date(Date.now() - 1) });
    return order;
  }),
  changed("a foreign quote", [422, "quote-invalid"], async (order, world) => {
    await setQuote(world, order.quoteId, { participant_id: "canal-wallet" });
    return order;
  }),
  changed("a quote of nobody", [422, "quote-invalid"], (order) => ({
    ...order,
    quoteId: randomUUID(),
  })),
  changed("a used quote", [409, "quote-used"], async (order, world) => {
    await world.order(order);
    const again = await world.payer.relayer.transfer(order.details.uetr);
    return withDetails(order, { uetr: again.uetr });
  }),
  changed("other amounts than quoted", [422, "quote-invalid"], (order) =>
    withDetails(order, { instructedAmount: { value: "200.00", currency: "HKD" } }),
  ),
  changed("another recipient than quoted", [422, "quote-invalid"], (order) =>
    withDetails(order, {
      creditor: { ...order.details.creditor, account: { type: "mobile", value: "+639170000009" } },
    }),
  ),
  changed("a debtor who is the creditor", [422, "same-party"], (order) =>
    withDetails(order, {
      debtor: { ...order.details.debtor, account: order.details.creditor.account },
    }),
  ),
  changed("a purpose that the corridor does not take", [422, "purpose"], (order) =>
    withDetails(order, { purpose: "XXXX" }),
  ),
  changed("details that were not signed", [422, "tree"], (order) =>
    withDetails(order, { remittanceInformation: "another message" }),
  ),
  changed("a UETR in upper case", [400, "id-format"], (order) =>
    withDetails(order, { uetr: order.details.uetr.toUpperCase() }),
  ),
  changed("a Batch signed by another payer", [422, "consent-invalid"], (order, world) =>
    signAgain(order, world, { key: developmentKey(99).privateKey }),
  ),
  changed("a Batch signed for another chain", [422, "consent-invalid"], (order, world) =>
    signAgain(order, world, { chainId: 1n }),
  ),
  changed("a signature with high s", [422, "consent-invalid"], withHighS),
  changed("a signature of 64 bytes", [422, "consent-invalid"], (order) => ({
    ...order,
    signature: order.signature.slice(0, -2),
  })),
  changed("a signature of 66 bytes", [422, "consent-invalid"], (order) => ({
    ...order,
    signature: `${order.signature}00`,
  })),
  withHeaders("no Idempotency-Key", {}),
  withHeaders("an empty Idempotency-Key", { "idempotency-key": "" }),
  withHeaders("a quoted empty Idempotency-Key", { "idempotency-key": '""' }),
  withHeaders("an Idempotency-Key of 256 characters", { "idempotency-key": "x".repeat(256) }),
  withHeaders("a tab in an Idempotency-Key", { "idempotency-key": "a\tb" }),
  withHeaders("a control character in an Idempotency-Key", {}, ["idempotency-key: a\u0001b"]),
  {
    input: "two Idempotency-Keys",
    status: 400,
    code: "idempotency-key",
    async prepare(world) {
      const body = JSON.stringify(await world.signedOrder());
      const url = `${world.relayerUrl}/v1/transfers`;
      const both = { ...JSON_TYPE, "idempotency-key": "one, two" };
      const key = world.test.corridor.requestKeyOf("harbour-wallet");
      const headers = await signRequest(key, { method: "POST", url, headers: both, body });
      const first = { ...headers, "idempotency-key": "one" };
      const moreLines = ["idempotency-key: two"];
      return () => sendRaw({ method: "POST", url, headers: first, moreLines, body });
    },
  },
  {
    input: "two Idempotency-Keys that became one on the way",
    status: 400,
    code: "idempotency-key",
    async prepare(world) {
      const order = await world.signedOrder();
      return () => world.postJson("/v1/transfers", order, { "idempotency-key": "one, two" });
    },
  },
  reading("an id in upper case", `/v1/transfers/${ID.toUpperCase()}`, 400, "id-format"),
  reading("an id in braces", `/v1/transfers/%7B${ID}%7D`, 400, "id-format"),
  reading("a quote's id in upper case", `/v1/quotes/${ID.toUpperCase()}`, 400, "id-format"),
  reading("an id that is none", "/v1/transfers/1", 400, "id-format"),
  reading("a foreign or missing id", `/v1/transfers/${ID}`, 404, "not-found"),
];
