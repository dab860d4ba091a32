import { balancesSchema } from "../../../protocol/wire/books.ts";
import { createRelayerClient } from "../../../sdk/api/relayer-client.ts";
import { callChain } from "../../../server/local/chain-clock.ts";
import type { Field } from "../field/start-field.ts";

const HEAD_MS = 80;
const TRANSFERS_MS = 500;
const SUMS_MS = 1_500;
const TIMEOUT_MS = 3_000;
const RECENT = 60;

interface Head {
  readonly number: string;
  readonly hash: string;
}

async function every(ms: number, stop: AbortSignal, look: () => Promise<void>): Promise<void> {
  while (!stop.aborted) {
    // Whoever is asked may be down, which is what this is about.
    await look().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
}

/** Notes when each block was first seen at the head. */
function watchHeads({ corridor, history }: Field) {
  let last = "";
  return async () => {
    const head = (await callChain(corridor.rpcUrl, "eth_getBlockByNumber", [
      "latest",
      false,
    ])) as Head;
    if (head.hash === last) return;
    last = head.hash;
    history.heads.push({ at: Date.now(), number: Number(head.number), hash: head.hash });
  };
}

/** Notes what each relayer in turn shows of the newest transfers. */
function watchTransfers({ corridor, crew, history, route }: Field) {
  const clients = Array.from({ length: crew.count }, (_, relayer) =>
    createRelayerClient({
      baseUrl: corridor.relayerUrls(relayer).api,
      requestKey: corridor.requestKeyOf(route.payer),
    }),
  );
  let turn = 0;
  return async () => {
    const relayer = turn++ % clients.length;
    const askedAt = Date.now();
    const page = await clients[relayer]?.transfers({ limit: RECENT });
    const answeredAt = Date.now();
    for (const { uetr, version, state } of page?.transfers ?? []) {
      history.sightings.push({ askedAt, answeredAt, relayer, uetr, version, state });
    }
  };
}

const minorOf = ({ value }: { readonly value: string }) => BigInt(value.replace(".", ""));

/** Notes what the relayer's accounts and each wallet's books add up to. */
function watchSums({ corridor, crew, history, sending, receiving }: Field) {
  let turn = 0;
  return async () => {
    const at = Date.now();
    for (const [of, wallet] of [
      ["the sending wallet's books", sending],
      ["the receiving wallet's books", receiving],
    ] as const) {
      history.sums.push({ at, of, minor: BigInt((await wallet.totals()).sumMinor) });
    }
    const { operations } = corridor.relayerUrls(turn++ % crew.count);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(new URL("/ledger/accounts", operations), { signal });
    const { accounts } = balancesSchema.parse(await answer.json());
    for (const currency of new Set(accounts.map(({ balance }) => balance.currency))) {
      const own = accounts.filter(({ balance }) => balance.currency === currency);
      const minor = own.reduce((sum, { balance }) => sum + minorOf(balance), 0n);
      history.sums.push({ at, of: `the relayer's accounts in ${currency}`, minor });
    }
  };
}

/** Watches from outside, on public interfaces, until told to stop. */
export async function watchUntil(field: Field, stop: AbortSignal): Promise<void> {
  await Promise.all([
    every(HEAD_MS, stop, watchHeads(field)),
    every(TRANSFERS_MS, stop, watchTransfers(field)),
    every(SUMS_MS, stop, watchSums(field)),
  ]);
}
