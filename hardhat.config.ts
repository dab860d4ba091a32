import { createRequire } from "node:module";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatEthersChaiMatchers from "@nomicfoundation/hardhat-ethers-chai-matchers";
import hardhatMocha from "@nomicfoundation/hardhat-mocha";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import hardhatTypechain from "@nomicfoundation/hardhat-typechain";
import { defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

export default defineConfig({
  plugins: [
    hardhatEthers,
    hardhatEthersChaiMatchers,
    hardhatMocha,
    hardhatNetworkHelpers,
    hardhatTypechain,
  ],
  solidity: {
    // The invariant tests are compiled only where they run, not for whoever starts the corridor.
    splitTestsCompilation: true,
    compilers: [
      {
        version: "0.8.37",
        // The compiler is an npm package, so nothing is downloaded at build time.
        path: require.resolve("solc/soljson.js"),
        // Measured: fewer runs cost gas in every row of the gas table, more only make the code larger.
        settings: { viaIR: true, evmVersion: "cancun", optimizer: { enabled: true, runs: 20_000 } },
      },
    ],
    npmFilesToBuild: ["@openzeppelin/contracts/access/manager/AccessManager.sol"],
  },
  networks: {
    // Hardhat's automine would add a second of chain time per block, so that short quotes die
    // after a few chain transactions: blocks may share a timestamp.
    default: {
      type: "edr-simulated",
      chainType: "l1",
      chainId: 31337,
      allowBlocksWithSameTimestamp: true,
      blockGasLimit: 60_000_000n,
    },
    // A second engine for the contract tests, which start it and fill in its port.
    anvil: { type: "http", chainType: "l1", url: "http://127.0.0.1:8545" },
  },
  paths: { tests: { mocha: "test", solidity: "test/contracts/invariants" } },
  typechain: { outDir: "generated/typechain" },
});
