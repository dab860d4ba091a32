import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import type { WireNetwork } from "../../protocol/network.ts";
import { corridorsFileFor, currenciesOf, type LocalPlan, pathIn, urlOf } from "./plan.ts";
import { bankTargets } from "./treasury-levels.ts";

/** Each wallet's key for the relayer's API, by participant id. */
export type ApiKeys = Readonly<Record<string, string>>;

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** New keys for the plan's wallets. */
export function makeApiKeys(plan: LocalPlan): ApiKeys {
  const ids = plan.wallets.map(({ participant }) => participant.id);
  return Object.fromEntries(ids.map((id) => [id, randomBytes(24).toString("base64url")]));
}

/** Writes the files that the services' environments name. Secrets are readable by their owner only. */
export function writeFiles(
  plan: LocalPlan,
  facts: { readonly network: WireNetwork; readonly apiKeys: ApiKeys },
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
  const hashes = Object.entries(facts.apiKeys).map(([id, key]) => [id, sha256(key)]);
  write("api-keys.json", Object.fromEntries(hashes));
  write("treasury.json", bankTargets(currenciesOf(plan)));
}
