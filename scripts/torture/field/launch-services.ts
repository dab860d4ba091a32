import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { callChain } from "../../../server/local/chain-clock.ts";
import type { ServiceEnv } from "../../../server/local/environments.ts";
import type { Launcher, RunningService } from "../../../server/local/launchers.ts";

export type ChainKind = "hardhat" | "anvil";

/** Which repository's services run, on which chain, and where each writes its log. */
export interface LaunchOptions {
  /** The root of the repository whose services run: another one than ours is a copy that was changed. */
  readonly root: string;
  readonly chain: ChainKind;
  readonly logDirectory: string;
}

const ANVIL = `@foundry-rs/anvil-${process.platform}-${process.arch === "x64" ? "amd64" : "arm64"}/bin/anvil`;
const ANVIL_TRIES = 100;
const ANVIL_LOOK_MS = 100;
/** Until the corridor sets its own pace, anvil mines so often, so that nobody waits for a depth. */
const TICK_MS = 200;

/** The file that a service writes its standard error to. */
export function logOf(logDirectory: string, env: ServiceEnv): string {
  const port = env["RELAYER_PORT"] ?? env["WALLET_PORT"] ?? env["BANK_PORT"] ?? env["CHAIN_PORT"];
  return join(logDirectory, `${port}.log`);
}

async function untilAnswers(rpcUrl: string): Promise<void> {
  for (let tries = 0; tries < ANVIL_TRIES; tries++) {
    const answered = await callChain(rpcUrl, "eth_chainId", []).catch(() => undefined);
    if (answered !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, ANVIL_LOOK_MS));
  }
  throw new Error("anvil does not answer");
}

interface Anvil extends RunningService {
  stopTicking(): void;
}

async function launchAnvil(env: ServiceEnv): Promise<Anvil> {
  const binary = createRequire(import.meta.url).resolve(ANVIL);
  const port = env["CHAIN_PORT"] ?? "";
  const options = ["--port", port, "--chain-id", "31337", "--gas-limit", "60000000", "--silent"];
  const child = spawn(binary, [...options, "--accounts", "20"], { stdio: "ignore" });
  const ended = once(child, "exit");
  const rpcUrl = `http://127.0.0.1:${port}`;
  await untilAnswers(rpcUrl);
  const tick = setInterval(() => {
    callChain(rpcUrl, "evm_mine", []).catch(() => undefined);
  }, TICK_MS);
  const end = async () => {
    clearInterval(tick);
    child.kill("SIGKILL");
    await ended;
  };
  return {
    ...(child.pid !== undefined && { pid: child.pid }),
    stopTicking: () => clearInterval(tick),
    kill: end,
    [Symbol.asyncDispose]: end,
  };
}

export interface ServiceLauncher {
  readonly launch: Launcher;
  /** The corridor has started and set its chain's pace. */
  started(): void;
}

/** Launches services as processes of their own, each with its log in a file of its own. */
export async function createServiceLauncher(options: LaunchOptions): Promise<ServiceLauncher> {
  const { root, chain, logDirectory } = options;
  const url = pathToFileURL(join(root, "server/local/launchers.ts")).href;
  const { createProcessLauncher } = (await import(url)) as {
    createProcessLauncher: (logs: number) => Launcher;
  };
  let anvil: Anvil | undefined;
  return {
    started: () => anvil?.stopTicking(),
    async launch(service, env) {
      if (service === "chain" && chain === "anvil") {
        anvil = await launchAnvil(env);
        return anvil;
      }
      const file = openSync(logOf(logDirectory, env), "a", 0o600);
      try {
        return await createProcessLauncher(file)(service, env);
      } finally {
        closeSync(file);
      }
    },
  };
}
