import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { keccak256, toQuantity, toUtf8Bytes } from "ethers";
import { callChain } from "../../server/local/chain-clock.ts";
import { createProcessLauncher } from "../../server/local/launchers.ts";
import { urlOf } from "../../server/local/plan.ts";
import { eventually } from "./eventually.ts";
import { startTestCorridor } from "./local-corridor.ts";
import { pay } from "./people.ts";

const PAIR = {
  sender: { phone: "+85291110001", name: "Canary Sendername" },
  recipient: { phone: "+639171110002", name: "Canary Recipientname" },
};
const MESSAGE = "canary message for the rent";
const SECRETS = [
  ...Object.values(PAIR).flatMap(({ phone, name }) => [phone, phone.slice(1), name]),
  "Recipientname",
  MESSAGE,
];

/** Every block, chain transaction and receipt of the chain, as text. */
async function readChain(rpcUrl: string): Promise<string> {
  const head = Number(await callChain(rpcUrl, "eth_blockNumber", []));
  const parts: unknown[] = [];
  for (let number = 0; number <= head; number++) {
    const params = [toQuantity(number), true];
    const block = (await callChain(rpcUrl, "eth_getBlockByNumber", params)) as {
      transactions: { hash: string }[];
    };
    parts.push(block);
    for (const { hash } of block.transactions) {
      parts.push(await callChain(rpcUrl, "eth_getTransactionReceipt", [hash]));
    }
  }
  return JSON.stringify(parts).toLowerCase();
}

const hexOf = (text: string) => Buffer.from(text).toString("hex");

describe("a recipient's name and phone number", () => {
  it("appear nowhere in chain data, logs or metrics, though everybody who must know them does", async () => {
    const directory = mkdtempSync(join(tmpdir(), "corridor-logs-"));
    const path = join(directory, "log");
    const log = openSync(path, "a");
    try {
      await using test = await startTestCorridor({
        launch: createProcessLauncher(log),
        logLevel: "debug",
      });
      await test.sending.openAccount({
        ...PAIR.sender,
        balance: { value: "5000.00", currency: "HKD" },
      });
      await test.receiving.openAccount(PAIR.recipient);
      const { uetr } = await pay(test, PAIR, { message: MESSAGE });
      await eventually(
        () => test.sending.payment(uetr),
        ({ state }) => state === "settled",
      );
      // Refusals are logged too, and must not quote what was sent.
      const elsewhere = { ...PAIR.recipient, phone: "+639171119999" };
      await pay(test, { ...PAIR, recipient: elsewhere }).catch(() => undefined);
      expect((await test.receiving.account(PAIR.recipient.phone)).balance.value).not.to.equal(
        "0.00",
      );

      const chain = await readChain(test.corridor.rpcUrl);
      expect(chain.length, "the chain was read").to.be.above(10_000);
      const operations = urlOf(test.corridor.plan, { port: test.corridor.plan.ports.operations });
      const metrics = await (await fetch(`${operations}/metrics`)).text();
      const logs = readFileSync(path, "utf8");
      expect(logs, "the services have logged").to.contain('"service":"relayer"');
      for (const secret of SECRETS) {
        expect(chain).not.to.contain(hexOf(secret));
        const hashes = [keccak256(toUtf8Bytes(secret)).slice(2)];
        hashes.push(createHash("sha256").update(secret).digest("hex"));
        for (const hash of hashes)
          expect(chain, "not even hashed without salt").not.to.contain(hash);
        expect(logs).not.to.contain(secret);
        expect(metrics).not.to.contain(secret);
      }
    } finally {
      closeSync(log);
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
