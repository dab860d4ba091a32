import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { Webhook } from "standardwebhooks";
import { signWebhook, writeWebhookSecret } from "../../protocol/webhook-signature.ts";
import { type ReceivedWebhook, verifyWebhook } from "../../sdk/verify/verify-webhook.ts";

const SECRET = writeWebhookSecret(new Uint8Array(32).fill(7));
const OTHER = writeWebhookSecret(new Uint8Array(32).fill(8));
const NOW = Date.parse("2026-03-01T12:00:00Z");
const ID = "2f0c6f6a-2a7e-4a55-9a0e-6f5e2d2b7a10";
const BODY = JSON.stringify({
  type: "transfer.credited",
  timestamp: "2026-03-01T12:00:00.000Z",
  data: {
    uetr: randomUUID(),
    state: "credited",
    version: 3,
    corridor: "HKD-PHP:harbour-wallet:island-wallet",
    sendAmount: { value: "1000.00", currency: "HKD" },
    receiveAmount: { value: "7412.33", currency: "PHP" },
    rate: "7.4123",
    batchId: `0x${"ab".repeat(32)}`,
    index: 0,
  },
});

/** A webhook as the independent package signs it. */
function received(options: { secret?: string; body?: string; at?: number } = {}) {
  const { secret = SECRET, body = BODY, at = NOW } = options;
  return {
    headers: {
      "webhook-id": ID,
      "webhook-timestamp": `${Math.floor(at / 1_000)}`,
      "webhook-signature": new Webhook(secret).sign(ID, new Date(at), body),
    },
    body,
  };
}

const refusal = (secret: string | string[], webhook: ReceivedWebhook) =>
  verifyWebhook(secret, webhook, { now: NOW }).then(
    () => "accepted",
    ({ code }: { code: string }) => code,
  );

describe("a webhook", () => {
  it("that the standardwebhooks package signs is verified, and its event read", async () => {
    const { id, event } = await verifyWebhook(SECRET, received(), { now: NOW });
    expect(id).to.equal(ID);
    expect(event.data.state).to.equal("credited");
    const { headers, body } = received();
    const bytes = { headers: new Headers(headers), body: new TextEncoder().encode(body) };
    expect((await verifyWebhook(SECRET, bytes, { now: NOW })).event).to.deep.equal(event);
  });

  it("is signed the same by the relayer's own code and by the specification's example", () => {
    // https://github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md and its libraries' tests.
    const signature = signWebhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      timestamp: 1_614_265_330,
      body: '{"test": 2432232314}',
    });
    expect(signature).to.equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  it("is verified by either secret while one replaces the other", async () => {
    const old = received();
    const both = `${new Webhook(OTHER).sign(ID, new Date(NOW), BODY)} ${old.headers["webhook-signature"]}`;
    const rotating = { ...old, headers: { ...old.headers, "webhook-signature": both } };
    expect(await refusal(SECRET, rotating)).to.equal("accepted");
    expect(await refusal(OTHER, rotating)).to.equal("accepted");
    expect(await refusal([OTHER, SECRET], old)).to.equal("accepted");
  });

  const { headers } = received();
  const forgeries: readonly (readonly [string, ReceivedWebhook])[] = [
    ["another secret", received({ secret: OTHER })],
    ["another body", { headers, body: BODY.replace("1000.00", "9000.00") }],
    ["another id", { headers: { ...headers, "webhook-id": randomUUID() }, body: BODY }],
    ["no id", { headers: { ...headers, "webhook-id": undefined }, body: BODY }],
    ["no signature", { headers: { ...headers, "webhook-signature": "" }, body: BODY }],
    [
      "a signature of no version",
      {
        headers: { ...headers, "webhook-signature": headers["webhook-signature"].slice(3) },
        body: BODY,
      },
    ],
    [
      "a signature that is no base64",
      { headers: { ...headers, "webhook-signature": "v1,***" }, body: BODY },
    ],
    ["a time that is none", { headers: { ...headers, "webhook-timestamp": "soon" }, body: BODY }],
    [
      "a time moved on",
      { headers: { ...headers, "webhook-timestamp": `${NOW / 1_000 + 1}` }, body: BODY },
    ],
    ["a time six minutes past", received({ at: NOW - 360_000 })],
    ["a time six minutes ahead", received({ at: NOW + 360_000 })],
    ["a signed body that is no JSON", received({ body: "{" })],
    ["a signed body that is no event", received({ body: '{"type":"transfer.credited"}' })],
  ];
  for (const [what, webhook] of forgeries) {
    it(`with ${what} is refused`, async () => {
      expect(await refusal(SECRET, webhook)).to.equal("webhook-invalid");
    });
  }
});
