import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import config from "../../../hardhat.config.ts";
import type { InvariantResult } from "./start-campaign.ts";

interface SuiteResults {
  suiteResults: readonly { testResults: readonly TestResult[] }[];
}

interface TestResult {
  name: string;
  status: string;
  reason?: string;
  kind: { calls?: bigint };
}

/**
 * Holds every Solidity invariant against `runs` sequences of `depth` random calls, drawn from a seed of 32 bytes.
 * The same seed makes the same calls. Hardhat prints on its own, so the results are the last line of the output.
 */
async function runCampaign(size: { runs: number; depth: number; seed: string }): Promise<void> {
  // Failures are kept for the next run by default, which would then begin with them and not with the seed.
  const failurePersistDir = mkdtempSync(join(tmpdir(), "invariants-"));
  const { runs, depth } = size;
  // Without the dictionary of values seen on chain, whose order is not the seed's.
  const drawn = { dictionaryWeight: 0, includeStorage: false, includePushBytes: false };
  const invariant = {
    runs,
    depth,
    failOnRevert: true,
    shrinkRunLimit: 500,
    failurePersistDir,
    ...drawn,
  };
  const hre = await createHardhatRuntimeEnvironment({
    ...config,
    test: { solidity: { fuzz: { seed: size.seed }, invariant } },
  });
  const result = await hre.tasks.getTask(["test", "solidity"]).run({ noCompile: true });
  const { suiteResults }: SuiteResults = result.success ? result.value : result.error;
  const results = suiteResults
    .flatMap(({ testResults }) => testResults)
    .map(({ name, status, reason, kind }): InvariantResult => {
      const failure = reason === undefined ? {} : { reason };
      return { name: name.replace("()", ""), status, ...failure, calls: Number(kind.calls ?? 0) };
    });
  console.log(`\n${JSON.stringify(results)}`);
}

const [runs, depth, seed = ""] = process.argv.slice(2);
await runCampaign({ runs: Number(runs), depth: Number(depth), seed });
