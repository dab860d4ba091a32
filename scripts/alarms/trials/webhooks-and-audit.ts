import { createSignedFetch } from "../../../sdk/keys/signed-fetch.ts";
import { waitFor } from "../../../server/local/wait-for.ts";
import type { Bench } from "../bench.ts";
import { endBlockingSessions } from "../end-blocking-sessions.ts";
import type { Trial } from "../trial.ts";

const DOWN = 503;
const TAKEN = 204;
const ACTS = 1_100;
/** Longer than any trial waits. */
const LOCKED_MS = 900_000;

/** Lets time pass for what was not delivered. */
async function age({ field, query, traffic }: Bench, set: string): Promise<void> {
  field.inbox.answer(DOWN);
  const failing = async () => {
    const { rows } = await query(
      "select count(*)::int as count from webhook_deliveries where state = 'pending' and tries > 0",
    );
    return Number(rows[0].count);
  };
  await traffic.pay();
  await waitFor(failing, (count) => count > 0);
  await query(
    `update webhook_deliveries set ${set} where id in (
      select id from webhook_deliveries where state = 'pending' and tries > 0 limit 5)`,
  );
}

/** The wallet asks for everything again that it has missed. */
async function replay({ field }: Bench): Promise<void> {
  const { corridor, route, webhookEndpoint } = field;
  const signed = createSignedFetch(corridor.requestKeyOf(route.payer));
  const url = new URL(`/v1/webhook-endpoints/${webhookEndpoint}/replay`, corridor.relayerUrl);
  const answer = await signed(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ from: new Date(Date.now() - 3_600_000).toISOString() }),
  });
  if (!answer.ok) throw new Error(`replay: ${answer.status} ${await answer.text()}`);
}

/** Alarms of what does not get out, or is not written. */
export const RECORD_TRIALS: readonly Trial[] = [
  {
    alert: "CorridorWebhooksOld",
    cause: "a wallet's receiver answers 503; eleven minutes pass (set in the database)",
    remedy: "the receiver is back, and the wallet asks for a replay",
    provoke: (bench) => age(bench, "created_at = created_at - interval '11 minutes'"),
    async mend(bench) {
      bench.field.inbox.answer(TAKEN);
      await replay(bench);
    },
  },
  {
    alert: "CorridorWebhooksDead",
    cause: "the receiver answers 503 until the last try (tries set in the database)",
    remedy: "the receiver is back; the console sends the dead ones again",
    provoke: (bench) => age(bench, "tries = 9, due_at = now()"),
    async mend({ field, operator }) {
      field.inbox.answer(TAKEN);
      await operator.press(/^\/webhooks\/[^/]+\/[^/]+\/redeliver-dead$/);
    },
  },
  {
    alert: "CorridorAuditBehind",
    cause: "a session of somebody's holds the audit log's head locked; 1,100 acts",
    remedy: "the session that blocks is found in pg_stat_activity and ended",
    async provoke({ field, operator }) {
      const { postgres, database, corridor } = field;
      postgres.lockTable(database, "audit_head", LOCKED_MS).catch(() => undefined);
      const scope = `corridor:${corridor.plan.corridors[0]?.id}`;
      for (let count = 0; count < ACTS / 2; count++) {
        await operator.act("/halts", { scope });
        await operator.act("/halts/lift", { scope });
      }
    },
    mend: ({ query }) => endBlockingSessions(query),
  },
];
