import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { packFragment } from "../../server/local/demo/browser/parts/pack.ts";
import type { ShownProof } from "../../server/local/wallet-app.ts";
import { STEP_WORDS } from "../../server/relayer/explorer/browser/parts/step-words.ts";
import { eventually } from "../e2e/eventually.ts";
import type { TestCorridor } from "../e2e/local-corridor.ts";
import { newPair, type Pair, pay } from "../e2e/people.ts";
import { assertFits, judgePage } from "./judge-page.ts";
import { LOOKS, type Look, nameOfLook, openPage, takeShot } from "./open-page.ts";
import { pagesCorridor } from "./pages-corridor.ts";
import { bent, TAMPERINGS } from "./tamperings.ts";
import { weighPage } from "./weigh-page.ts";

const WIDE: Look = { width: 1440, scheme: "light" };
describe("the explorer", () => {
  let test: TestCorridor;
  let pair: Pair;
  let proof: ShownProof;
  let refused: ShownProof;
  let address: string;

  async function proofWhen(state: string, uetr: string): Promise<ShownProof> {
    await eventually(
      () => test.relayer.transfer(uetr),
      (transfer) => transfer.state === state,
    );
    return test.sending.proof(uetr);
  }

  before(async () => {
    test = await pagesCorridor();
    address = `${test.corridor.relayerUrl}/explorer`;
    pair = await newPair(test);
    proof = await proofWhen("settled", (await pay(test, pair)).uetr);
    const closed = await newPair(test);
    await test.receiving.misbehave({ staleDirectory: true });
    await test.receiving.setStatus(closed.recipient.phone, "closed");
    refused = await proofWhen("rejected", (await pay(test, closed)).uetr);
    await test.receiving.misbehave({});
  });

  async function verdict(page: Page): Promise<{ verdict: string | null; text: string }> {
    const decided = ["holds", "fails", "unknown"].map((each) => `[data-verdict="${each}"]`);
    const place = page.locator(decided.join(", "));
    await place.waitFor();
    return { verdict: await place.getAttribute("data-verdict"), text: await place.innerText() };
  }

  async function paste(page: Page, document: unknown): Promise<void> {
    await page.goto(address);
    await page.locator("#receipt").fill(JSON.stringify(document));
    await page.getByRole("button", { name: "Check it", exact: true }).click();
  }

  const steps = (page: Page, how: "done" | "failed") =>
    page
      .locator(`#steps [data-${how}]`)
      .evaluateAll((lines) => lines.map((line) => line.getAttribute("data-step")));

  it("checks a pasted receipt step by step on the chain, and names nobody", async () => {
    await using page = await openPage(WIDE);
    await paste(page, proof.receipt);
    const { verdict: how, text } = await verdict(page);
    expect(how).to.equal("holds");
    expect(text).to.contain("All 10 steps hold; settled");
    expect(await steps(page, "done")).to.deep.equal([
      "form",
      "deployment",
      "quote-signature",
      "batch-quote",
      "batch-signature",
      "inclusion",
      "rate",
      "outcome-signature",
      "chain-references",
      "chain-status",
    ]);
    const shown = await page.locator("main").innerText();
    expect(shown).to.contain("1,000.00 HKD").and.contain("Harbour Wallet");
    for (const secret of [pair.sender.name, pair.recipient.name, pair.recipient.phone]) {
      expect(shown).not.to.contain(secret);
    }
  });

  it("shows who paid whom when a link carries it, and lets no server know what the link carries", async () => {
    await using page = await openPage({ width: 360, scheme: "light" });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(`${request.url()} ${request.postData() ?? ""}`));
    await page.goto(`${address}#${await packFragment("proof", proof)}`);
    expect((await verdict(page)).text).to.contain("All 11 steps hold");
    const shown = await page.locator("#facts").innerText();
    expect(shown).to.contain(pair.sender.name).and.contain(pair.recipient.phone);
    const { origin } = new URL(address);
    // What stands behind the # is the browser's own, and sent to nobody.
    const sent = asked.map((each) => each.replace(/#\S*/, ""));
    const paths = sent
      .filter((each) => each.startsWith(origin))
      .map((each) => each.slice(origin.length).trim());
    for (const path of paths) {
      expect(path).to.match(/^\/explorer(\/assets\/[0-9a-f]{16}\/[\w.]+)?$/);
    }
    for (const secret of [proof.opening.salt.slice(2), pair.recipient.phone, pair.sender.name]) {
      expect(sent.join("\n")).not.to.contain(secret);
    }
  });

  it("finds a receipt by UETR and salt without telling either, and nothing by a wrong salt", async () => {
    await using page = await openPage(WIDE, { expected: /status of 404/ });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(`${request.url()} ${request.postData() ?? ""}`));
    await page.goto(address);
    const { uetr } = proof.opening.details;
    await page.locator("#uetr").fill(uetr);
    await page.locator("#salt").fill(bent(proof.opening.salt));
    await page.getByRole("button", { name: "Find and check it" }).click();
    expect((await verdict(page)).text).to.contain(
      "No payment of this rail has this UETR and this salt",
    );
    await page.locator("#salt").fill(proof.opening.salt);
    await page.locator("#salt").press("Enter");
    await page.locator('[data-verdict="holds"]').waitFor();
    expect(await page.locator("main").innerText()).to.contain("1,000.00 HKD");
    const told = asked.join("\n");
    expect(told).to.match(/\/explorer\/proofs\/[0-9a-f]{64} /);
    expect(told).not.to.contain(uetr).and.not.to.contain(proof.opening.salt.slice(2));
  });

  for (const [what, step, tamper] of TAMPERINGS) {
    it(`fails a receipt with ${what} at "${STEP_WORDS[step].title}"`, async () => {
      await using page = await openPage(WIDE);
      await paste(page, tamper(structuredClone(proof)));
      const { verdict: how, text } = await verdict(page);
      expect(how).to.equal("fails");
      expect(text).to.contain(`It fails at “${STEP_WORDS[step].title}”`);
      expect(text).to.contain(STEP_WORDS[step].fails);
      expect((await steps(page, "failed"))[0]).to.equal(step);
      expect(await page.locator("#facts").isVisible(), "it proves nothing").to.equal(false);
    });
  }

  it("shows that a refused payment went back, from a file, by keyboard alone", async () => {
    const directory = mkdtempSync(join(tmpdir(), "receipt-"));
    try {
      const file = join(directory, "receipt.json");
      writeFileSync(file, JSON.stringify(refused.receipt));
      await using page = await openPage(WIDE);
      await page.goto(address);
      await page.locator("#receipt").focus();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.id")).to.equal("receipt-file");
      const choosing = page.waitForEvent("filechooser");
      await page.keyboard.press("Space");
      await (await choosing).setFiles(file);
      expect((await verdict(page)).text).to.contain("the money went back to the payer");
      expect(await page.locator("#facts").innerText()).to.contain("AC04");
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it("says what cannot be read, and that nothing is known when the node cannot be asked", async () => {
    await using page = await openPage(WIDE, { expected: /ERR_|Failed to load/ });
    await page.goto(address);
    await page.locator("#receipt").fill("{ half of it");
    await page.getByRole("button", { name: "Check it", exact: true }).click();
    expect((await verdict(page)).text).to.contain("This is not JSON");
    await page.goto(`${address}#proof=AAAA`);
    await page.getByText("This link is not whole").first().waitFor();
    await page.goto(`${address}#${await packFragment("proof", proof)}`);
    await page.locator('[data-verdict="holds"]').waitFor();
    await page.locator("#node").fill("http://127.0.0.1:9/path-with-a-key");
    await page.getByRole("button", { name: "Use this node" }).click();
    await page.waitForURL(/\?node=http%3A%2F%2F127\.0\.0\.1%3A9#proof=/);
    const { verdict: how, text } = await verdict(page);
    expect(how).to.equal("unknown");
    expect(text).to.contain("http://127.0.0.1:9/path-with-a-key gave no usable answer");
    await page.getByText("This node was chosen by the link or by you").waitFor();
  });

  it("shows the newest check alone, and does not go on checking what cannot be looked up", async () => {
    await using page = await openPage(WIDE, { expected: /ERR_|Failed to|status of 404/ });
    await page.goto(address);
    const { promise: late, resolve: answerLate } = Promise.withResolvers<void>();
    await page.route("**/explorer/proofs/*", async (route) => {
      await late;
      await route.fulfill({ status: 404 });
    });
    const lookUp = async () => {
      await page.locator("#uetr").fill(proof.opening.details.uetr);
      await page.locator("#salt").fill(proof.opening.salt);
      await page.getByRole("button", { name: "Find and check it" }).click();
    };
    const answered = page.waitForResponse("**/explorer/proofs/*");
    await lookUp();
    await page.locator("#receipt").fill(JSON.stringify(proof));
    await page.getByRole("button", { name: "Check it", exact: true }).click();
    expect((await verdict(page)).verdict).to.equal("holds");
    answerLate();
    await answered;
    expect((await verdict(page)).verdict, "the older one comes too late").to.equal("holds");
    await page.unroute("**/explorer/proofs/*");
    await page.route("**/explorer/proofs/*", (route) => route.abort());
    await lookUp();
    await page.locator('[data-verdict="unknown"]').waitFor();
    expect((await verdict(page)).text).to.contain("It could not be checked");
  });

  it("lets its page ask the node that was chosen, and none in clear text elsewhere", async () => {
    const policyWith = async (node: string) => {
      const answer = await fetch(`${address}?node=${encodeURIComponent(node)}`);
      return /connect-src ([^;]*)/.exec(answer.headers.get("content-security-policy") ?? "")?.[1];
    };
    const usual = `'self' ${test.corridor.rpcUrl}`;
    expect(await policyWith("https://node.example/v1/key")).to.equal("'self' https://node.example");
    for (const hostile of [
      "http://node.example",
      "https://a@b.example",
      "https://x;script-src *",
      "javascript:1",
      "",
    ]) {
      expect(await policyWith(hostile), hostile).to.equal(usual);
    }
  });

  for (const look of LOOKS) {
    it(`fits ${nameOfLook(look)}, and keeps nobody out`, async () => {
      await using page = await openPage(look);
      await page.goto(address);
      await judgePage(page, "explorer", look);
      await paste(page, proof);
      await verdict(page);
      await assertFits(page);
      await judgePage(page, "explorer, a proof", look);
      await takeShot(page, `explorer-${nameOfLook(look)}`);
    });
  }

  it("is painted before its verifier comes, and small by then", async () => {
    await using page = await openPage(WIDE);
    const later = page.waitForResponse((answer) => answer.url().endsWith("/verify.js"));
    await page.goto(address);
    await (await later).finished();
    const { beforePaint, inAll } = await weighPage(page, "explorer");
    expect(beforePaint).to.be.lessThan(100_000);
    expect(inAll - beforePaint, "the verifier is what comes later").to.be.greaterThan(50_000);
  });
});
