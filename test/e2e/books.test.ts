import { expect } from "chai";
import { JsonRpcProvider } from "ethers";
import type { z } from "zod";
import {
  assertAuditChain,
  auditDigest,
  decodeAnchor,
  FIRST_AUDIT_HASH,
} from "../../protocol/audit.ts";
import {
  auditHeadSchema,
  auditPageSchema,
  journalPageSchema,
  type WireAuditEntry,
} from "../../protocol/wire/books.ts";
import { urlOf } from "../../server/local/plan.ts";
import type { Relayer } from "../../server/relayer/context.ts";
import { anchorAudit } from "../../server/relayer/services/write-audit.ts";
import { eventually } from "./eventually.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { newPair, pay } from "./people.ts";
import { sharedCorridor } from "./shared-corridor.ts";

describe("the books", () => {
  let test: TestCorridor;
  before(async () => {
    test = await sharedCorridor();
  });
  afterEach(() => test.receiving.misbehave({}));

  async function read(path: string, operations = false): Promise<unknown> {
    const { plan, relayerUrl } = test.corridor;
    const base = operations ? urlOf(plan, { port: plan.ports.operations }) : `${relayerUrl}/v1`;
    return (await (operations ? fetch : test.fetch)(`${base}${path}`)).json();
  }

  /** Every page of a list, following `next`. */
  async function readAll<Entry>(
    path: string,
    schema: z.ZodType<{ entries: Entry[]; next: string }>,
    operations = false,
  ): Promise<Entry[]> {
    const all: Entry[] = [];
    for (let after = "0"; ; ) {
      const page = schema.parse(await read(`${path}?after=${after}&limit=50`, operations));
      all.push(...page.entries);
      if (page.entries.length === 0) return all;
      after = page.next;
    }
  }

  const journal = () => readAll("/ledger/entries", journalPageSchema);
  const audit = (operations = false) => readAll("/audit", auditPageSchema, operations);

  /** What a transfer has left in each account, by its entries. */
  async function leftBy(uetr: string): Promise<Record<string, string>> {
    const left = new Map<string, bigint>();
    const add = (account: string, minor: bigint) =>
      left.set(account, (left.get(account) ?? 0n) + minor);
    for (const entry of await journal()) {
      if (entry.uetr !== uetr) continue;
      const minor = BigInt(entry.amount.value.replace(".", ""));
      add(`${entry.debit} ${entry.amount.currency}`, -minor);
      add(`${entry.credit} ${entry.amount.currency}`, minor);
    }
    const rest = [...left].filter(([, minor]) => minor !== 0n);
    return Object.fromEntries(rest.map(([account, minor]) => [account, minor.toString()]));
  }

  const ended = (uetr: string, state: string) =>
    eventually(
      () => test.relayer.transfer(uetr),
      (transfer) => transfer.state === state,
    );
  const minorOf = ({ value }: { value: string }) => value.replace(".", "");

  it("hold a settled transfer as payment-versus-payment, and the payee's outlay beside it", async () => {
    const { uetr } = await pay(test, await newPair(test));
    const { sendAmount, receiveAmount } = await ended(uetr, "settled");
    const [send, receive] = [minorOf(sendAmount), minorOf(receiveAmount)];
    expect(await leftBy(uetr)).to.deep.equal({
      "harbour-wallet/position HKD": `-${send}`,
      "meridian-bank/position HKD": send,
      "meridian-bank/position PHP": `-${receive}`,
      "island-wallet/position PHP": receive,
      "island-wallet/advanced PHP": `-${receive}`,
      "island-wallet/users PHP": receive,
    });
  });

  it("hold nothing of a rejected transfer in the end, nor of a returned one", async () => {
    const rejected = await newPair(test);
    await test.receiving.misbehave({ staleDirectory: true });
    await test.receiving.setStatus(rejected.recipient.phone, "closed");
    const { uetr } = await pay(test, rejected);
    await ended(uetr, "rejected");
    expect(await leftBy(uetr)).to.deep.equal({});
    await test.receiving.misbehave({});
    const returned = await pay(test, await newPair(test));
    await ended(returned.uetr, "settled");
    await test.relayer.recall(returned.uetr);
    await ended(returned.uetr, "returned");
    expect(await leftBy(returned.uetr)).to.deep.equal({});
  });

  it("link every step of every transfer into one log that nobody can change unseen", async () => {
    const { uetr } = await pay(test, await newPair(test));
    const { timeline } = await ended(uetr, "settled");
    const entries = await eventually(
      () => audit(),
      (all) => all.filter(({ entry }) => entry?.includes(uetr)).length === timeline.length,
    );
    const links = entries.map(({ seq, digest, hash }) => ({ seq: BigInt(seq), digest, hash }));
    const start = { seq: 0n, digest: "", hash: FIRST_AUDIT_HASH };
    assertAuditChain(start, links);
    for (const { entry, digest } of entries) {
      if (entry !== undefined) expect(auditDigest(entry)).to.equal(digest);
    }
    const middle = Math.floor(links.length / 2);
    expect(() => assertAuditChain(start, links.toSpliced(middle, 1)), "one left out").to.throw();
    const changed = links.with(middle, { ...links[middle]!, digest: "00".repeat(32) });
    expect(() => assertAuditChain(start, changed), "one changed").to.throw();
    const steps = entries.flatMap(({ entry }) =>
      entry?.includes(uetr) ? [JSON.parse(entry)] : [],
    );
    expect(steps.map(({ state }) => state)).to.deep.equal(timeline.map(({ state }) => state));
  });

  it("show a wallet its own entries, and of the others what links them", async () => {
    await eventually(
      () => audit(),
      (all) => all.length > 0,
    );
    const services = (test.corridor.relayer.inProcess as Relayer).services;
    const order = { by: "operator", reason: "to be seen in the log" };
    await services.halts.halt("reservations", order.reason, order.by);
    await services.halts.lift("reservations", order);
    const acts = (entries: readonly WireAuditEntry[]) =>
      entries.filter(({ entry }) => entry?.includes('"lift-halt"'));
    await eventually(
      () => audit(true),
      (all) => acts(all).length > 0,
    );
    expect(acts(await audit())).to.deep.equal([]);
  });

  it("write their head to the chain, where it can be read again", async () => {
    await anchorAudit((test.corridor.relayer.inProcess as Relayer).services);
    const { anchor } = auditHeadSchema.parse(await read("/audit/head"));
    const provider = new JsonRpcProvider(test.corridor.rpcUrl, undefined, { cacheTimeout: -1 });
    const sent = await provider.getTransaction(anchor?.transactionHash ?? "");
    provider.destroy();
    const { seq, hash } = decodeAnchor(sent?.data ?? "") ?? {};
    expect({ seq: seq?.toString(), hash }).to.deep.equal({ seq: anchor?.seq, hash: anchor?.hash });
    const entry = (await audit()).find(({ seq: number }) => number === anchor?.seq);
    expect(entry?.hash).to.equal(anchor?.hash);
  });
});
