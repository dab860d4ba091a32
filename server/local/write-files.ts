import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import type { WireNetwork } from "../../protocol/network.ts";
import type { PrivateRequestKey } from "../../protocol/request-signature.ts";
import { generateRequestJwk } from "../../sdk/keys/request-key.ts";
import { corridorsFileFor, currenciesOf, type LocalPlan, pathIn, urlOf } from "./plan.ts";
import { bankTargets } from "./treasury-levels.ts";

/** Each wallet's bearer key for reading from the relayer, by participant id. */
export type SandboxKeys = Readonly<Record<string, string>>;
/** Each wallet's key to sign its requests with, by participant id. */
export type RequestJwks = Readonly<Record<string, PrivateRequestKey>>;

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** New keys for the plan's wallets to sign their requests with. */
export async function makeRequestKeys(plan: LocalPlan): Promise<RequestJwks> {
  const made = plan.wallets.map(async ({ participant }) => [
    participant.id,
    await generateRequestJwk(),
  ]);
  return Object.fromEntries(await Promise.all(made));
}

/** New bearer keys for the plan's wallets. */
export function makeSandboxKeys(plan: LocalPlan): SandboxKeys {
  const ids = plan.wallets.map(({ participant }) => participant.id);
  return Object.fromEntries(ids.map((id) => [id, randomBytes(24).toString("base64url")]));
}

/** Writes the files that the services' environments name. Secrets are readable by their owner only. */
export function writeFiles(
  plan: LocalPlan,
  facts: {
    readonly network: WireNetwork;
    readonly sandboxKeys: SandboxKeys;
    readonly requestKeys: RequestJwks;
  },
): void {
  mkdirSync(plan.directory, { recursive: true, mode: 0o700 });
  const write = (name: string, value: unknown) =>
    writeFileSync(pathIn(plan, name), `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  const urls = plan.wallets.map((wallet) => [wallet.participant.id, urlOf(plan, wallet)]);
  write("network.json", facts.network);
  write("corridors.json", corridorsFileFor(plan));
  write("directory.json", {
    participants: Object.fromEntries(urls),
    bank: { id: plan.bank.participant.id, url: urlOf(plan, plan.bank) },
  });
  const hashes = Object.entries(facts.sandboxKeys).map(([id, key]) => [id, sha256(key)]);
  write("sandbox-keys.json", Object.fromEntries(hashes));
  const keys = Object.entries(facts.requestKeys).map(([id, { d: _, ...publicKey }]) => [
    id,
    publicKey,
  ]);
  write("request-keys.json", Object.fromEntries(keys));
  write("treasury.json", bankTargets(currenciesOf(plan)));
}
