import { createHash } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { sql } from "kysely";
import { pathIn } from "../../server/local/plan.ts";
import { type Answer, ask, consoleOrigin, cookieOf, newCode, signedIn } from "./console-client.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { sharedCorridor, TLS_ORIGIN } from "./shared-corridor.ts";

const ALICE = { operator: "alice", role: "operator" } as const;
const VERA = { operator: "vera", role: "viewer" } as const;

describe("the door of the console", () => {
  let test: TestCorridor;
  let origin: string;
  before(async () => {
    test = await sharedCorridor();
    origin = consoleOrigin(test);
  });

  const codes = () => pathIn(test.corridor.plan, "relayer", "sign-in");
  const enter = (code: string, headers: Record<string, string | undefined> = {}) =>
    ask(origin, "/sign-in", { form: { code }, headers });

  it("lets a code in once, however it is typed, and leaves nothing of it behind", async () => {
    const code = newCode(test, ALICE);
    const names = readdirSync(codes());
    expect(names).to.have.lengthOf(1);
    expect(names.join() + readFileSync(join(codes(), names[0]!), "utf8")).not.to.contain(code);
    const typed = ` ${code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o")}`;
    expect((await enter(typed)).status).to.equal(303);
    expect(readdirSync(codes())).to.deep.equal([]);
    expect((await enter(code)).status).to.equal(401);
  });

  it("keeps out a code that is too old, or that others could have written", async () => {
    const old = newCode(test, ALICE);
    const [file] = readdirSync(codes());
    const path = join(codes(), file!);
    const expiresAt = new Date(Date.now() - 1_000).toISOString();
    writeFileSync(path, JSON.stringify({ ...ALICE, expiresAt }));
    expect((await enter(old)).status).to.equal(401);
    const shared = newCode(test, ALICE);
    chmodSync(join(codes(), readdirSync(codes())[0]!), 0o640);
    expect((await enter(shared)).status).to.equal(401);
  });

  it("gives a cookie that no script reads and no other site sends, and stores its hash alone", async () => {
    const entered = await enter(newCode(test, ALICE));
    const [cookie = ""] = entered.headers["set-cookie"] ?? [];
    expect(cookie).to.match(/^corridor_\d+=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const token = cookieOf(entered).split("=")[1]!;
    const { rows } = await sql<{ token_hash: string }>`
      select token_hash from console_sessions`.execute(test.relayerDatabase());
    const hashes = rows.map((row) => row.token_hash);
    expect(hashes).to.include(createHash("sha256").update(token).digest("hex"));
    expect(hashes).not.to.include(token);
  });

  it("binds the cookie to its host behind TLS, and asks browsers to stay with TLS", async () => {
    const headers = { host: new URL(TLS_ORIGIN).host, origin: TLS_ORIGIN };
    const entered = await enter(newCode(test, ALICE), headers);
    expect(entered.status).to.equal(303);
    expect(entered.headers["set-cookie"]?.[0]).to.match(
      /^__Host-corridor=\S+; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect(entered.headers["strict-transport-security"]).to.equal("max-age=31536000");
    const cookie = cookieOf(entered);
    const seen = await ask(origin, "", { headers: { ...headers, cookie } });
    expect(seen.status).to.equal(200);
  });

  it("gives a new session at each sign-in and ends the one before", async () => {
    const before = await signedIn(test, ALICE);
    const after = await enter(newCode(test, ALICE), { cookie: before.cookie });
    expect(cookieOf(after)).not.to.equal(before.cookie);
    expect((await before.get("")).status).to.equal(401);
    expect((await ask(origin, "", { headers: { cookie: cookieOf(after) } })).status).to.equal(200);
  });

  it("ends a session that signs out, that nobody has used, and that is a working day old", async () => {
    const out = await signedIn(test, ALICE);
    const left = await out.post("/sign-out", {});
    expect(left.status).to.equal(303);
    expect(left.headers["set-cookie"]?.[0]).to.contain("Max-Age=0");
    expect((await out.get("")).status).to.equal(401);
    for (const change of [
      sql`seen_at = now() - interval '31 minutes'`,
      sql`expires_at = now() - interval '1 second'`,
    ]) {
      const session = await signedIn(test, ALICE);
      expect((await session.get("")).status).to.equal(200);
      const token = session.cookie.split("=")[1]!;
      const hash = createHash("sha256").update(token).digest("hex");
      await sql`update console_sessions set ${change} where token_hash = ${hash}`.execute(
        test.relayerDatabase(),
      );
      const ended = await session.get("/corridors");
      expect(ended.status).to.equal(401);
      expect(ended.text).to.contain('name="code"').and.contain('value="/corridors"');
    }
  });

  it("answers to its own names alone", async () => {
    const { cookie } = await signedIn(test, ALICE);
    const rebound = await ask(origin, "", { headers: { host: "attacker.example:8081", cookie } });
    expect(rebound.status).to.equal(421);
    expect(rebound.text).not.to.contain("alice");
    const port = new URL(origin).port;
    for (const host of ["127.0.0.1", "localhost", "[::1]"]) {
      const own = await ask(origin, "/sign-in", { headers: { host: `${host}:${port}` } });
      expect(own.status, host).to.equal(200);
    }
  });

  it("takes no form that a page of its own has not sent", async () => {
    const session = await signedIn(test, ALICE);
    const form = { form_token: session.formToken, scope: `corridor:${test.id}`, reason: "forged" };
    const { cookie } = session;
    const send = (headers: Record<string, string | undefined>, fields: Record<string, string>) =>
      ask(origin, "/halts", { form: fields, headers: { cookie, ...headers } });
    const foreign = await send({ origin: "https://attacker.example" }, form);
    const opaque = await send({ origin: "null" }, form);
    const silent = await send({ origin: undefined }, form);
    const tokenless = await send({}, { ...form, form_token: "" });
    const other = await signedIn(test, { ...ALICE, operator: "mallory" });
    const borrowed = await send({}, { ...form, form_token: other.formToken });
    const stranger = await ask(origin, "/halts", { form });
    const statuses = [foreign, opaque, silent, tokenless, borrowed, stranger].map(
      ({ status }) => status,
    );
    expect(statuses).to.deep.equal([403, 403, 403, 403, 403, 401]);
    const json = await ask(origin, "/halts", {
      form,
      headers: { cookie, "content-type": "application/json" },
    });
    expect(json.status).to.equal(415);
    const { rows } = await sql`select scope from halts`.execute(test.relayerDatabase());
    expect(rows).to.deep.equal([]);
  });

  it("is the only way in for a browser: the acts for programs take nothing from a page", async () => {
    const body = { scope: "reservations", by: "a page", reason: "its name leads here" };
    const halt = (headers: Record<string, string>) =>
      fetch(new URL("/halts", origin), {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
    expect((await halt({ origin: "http://attacker.example" })).status).to.equal(404);
    const { rows } = await sql`select scope from halts`.execute(test.relayerDatabase());
    expect(rows).to.deep.equal([]);
  });

  it("lets a viewer look at everything and change nothing", async () => {
    const viewer = await signedIn(test, VERA);
    const rooms = ["", "/transfers", "/positions", "/corridors", "/participants", "/cycles"];
    for (const room of [...rooms, "/performance"]) {
      const page = await viewer.get(room);
      expect(page.status, room).to.equal(200);
      expect(page.text, room).not.to.contain('name="reason"');
    }
    const wallet = "harbour-wallet";
    const acts = [
      "/halts",
      "/halts/lift",
      "/limits",
      `/cases/${crypto.randomUUID()}/resolve`,
      `/batches/0x${"0".repeat(64)}/park`,
      `/batches/0x${"0".repeat(64)}/retry`,
      `/webhooks/${wallet}/${crypto.randomUUID()}/redeliver-dead`,
      `/participants/${wallet}/keys/x/revoke`,
      `/transfers/${wallet}/${crypto.randomUUID()}/details`,
    ];
    for (const path of acts) {
      const answer = await viewer.post(path, { reason: "a viewer tries", scope: "reservations" });
      expect(answer.status, path).to.equal(403);
    }
    const { rows } = await sql`select scope from halts`.execute(test.relayerDatabase());
    expect(rows).to.deep.equal([]);
  });

  it("sends a page's headers with every answer, whatever its status", async () => {
    const { get, post, cookie } = await signedIn(test, ALICE);
    const db = test.relayerDatabase();
    await sql`alter table saved_searches rename to searches_away`.execute(db);
    let broken: Answer;
    try {
      broken = await get("/transfers");
    } finally {
      await sql`alter table searches_away rename to saved_searches`.execute(db);
    }
    const answers: readonly [number, Answer][] = [
      [200, await get("")],
      [303, await ask(origin, "/sign-in", { headers: { cookie } })],
      [400, await get("/transfers?state=lost")],
      [401, await ask(origin, "")],
      [403, await ask(origin, "/sign-out", { form: {}, headers: { cookie } })],
      [404, await get("/nowhere")],
      [404, await get("/transfers/%ff/x")],
      [405, await ask(origin, "/cycles", { method: "DELETE", headers: { cookie } })],
      [421, await ask(origin, "", { headers: { host: "attacker.example" } })],
      [422, await post("/halts", { scope: "reservations", reason: "" })],
      [500, broken],
    ];
    for (const [status, answer] of answers) {
      expect(answer.status).to.equal(status);
      expect(answer.headers["content-security-policy"], `${status}`).to.match(
        /^default-src 'none'; script-src 'self'; style-src 'self';.*frame-ancestors 'none'/,
      );
      expect(answer.headers, `${status}`).to.include({
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cache-control": "no-store",
        "cross-origin-opener-policy": "same-origin",
      });
      if (status >= 400) expect(answer.headers["content-type"]).to.match(/^text\/html/);
      expect(answer.text, `${status}`).not.to.match(/ at .*\.ts:|<script>|<style|style=|onclick=/);
    }
    expect(broken.text).not.to.contain("saved_searches");
  });

  it("is tired of wrong codes from one address after ten", async () => {
    const send = (code: string, localAddress: string) =>
      ask(origin, "/sign-in", { form: { code }, localAddress });
    const noisy = "127.0.0.9";
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 10; attempt++) {
      statuses.push((await send("WRONG", noisy)).status);
    }
    expect(new Set(statuses)).to.deep.equal(new Set([401]));
    const code = newCode(test, ALICE);
    const refused = await send(code, noisy);
    expect(refused.status).to.equal(429);
    expect(Number(refused.headers["retry-after"])).to.be.within(1, 300);
    expect((await send(code, "127.0.0.10")).status, "others are let in").to.equal(303);
  });
});
