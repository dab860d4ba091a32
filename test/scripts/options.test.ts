import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Runs a script as its command does; what it says, and the code it ends with. */
async function run(command: string): Promise<{ code: number | null; said: string }> {
  const [script = "", ...args] = command.split(" ");
  const child = spawn(process.execPath, [`scripts/${script}.ts`, ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  }
  const [code] = await once(child, "close");
  return { code, said: Buffer.concat(chunks).toString() };
}

/** What would else run nothing, or something else, and say that all was well. */
const MISTAKES = [
  ["simulate --transfers many", "--transfers is a whole number from 1 on, not many"],
  ["kill-start --times 0", "--times is a whole number from 1 on, not 0"],
  ["crash-table --points C04,C99", "each of --points is one of C01, C02,"],
  ["torture --chain geth", "--chain is one of hardhat, anvil, not geth"],
  ["torture-defects --only nothing-of-the-kind", "no defect has"],
  ["scaling --from report.json --rates 10,fast", "--rates is a number above zero, not fast"],
  ["measure steadily", "a run is one of idle, block-time,"],
  ["measure steady --relayers 2", "steady does not go by --relayers: scale, all do"],
  ["measure --rate none", "--rate is a number above zero, not none"],
  ["measure --compare one.json", "--compare takes two reports"],
  ["call --directory nowhere GET http://127.0.0.1", "no corridor has its keys in nowhere"],
] as const;

describe("a command with a mistake in it", () => {
  it("says in its first line what is wrong, and ends with 2", async () => {
    const waiting = [...MISTAKES];
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [command, told] = next;
        const { code, said } = await run(command);
        expect(said.split("\n")[0], command).to.contain(told);
        expect(code, command).to.equal(2);
      }
    };
    await Promise.all([work(), work()]);
  });

  it("makes no one-time code where no relayer would read it, nor for a role or a name that is none", async () => {
    const directory = mkdtempSync(join(tmpdir(), "sign-in-"));
    try {
      const nowhere = await run(`sign-in --directory ${join(directory, "nowhere")}`);
      expect(nowhere.said).to.contain("no relayer has its data in");
      const role = await run(`sign-in --directory ${directory} --role owner`);
      expect(role.said).to.contain("--role is one of viewer, operator, not owner");
      const name = await run(`sign-in --directory ${directory} --name Alice`);
      expect(name.said).to.match(/^--name is .*, not Alice$/m);
      expect([nowhere.code, role.code, name.code]).to.deep.equal([2, 2, 2]);
      expect(readdirSync(directory), "no code is left behind").to.deep.equal([]);
      const good = await run(`sign-in --directory ${directory} --role viewer --name alice`);
      expect(good.said).to.match(/^(\w{4}-){3}\w{4} {2}signs alice in as viewer, once/);
      expect(good.code).to.equal(0);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("names the corridors that there are, for a currency that none sends in", async () => {
    const directory = mkdtempSync(join(tmpdir(), "start-"));
    try {
      const { code, said } = await run(
        `start --any-ports --directory ${directory} --corridors XAU`,
      );
      expect(said).to.match(/no corridor sends in "XAU": there are corridors for .*HKD/);
      expect(code).to.equal(1);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
