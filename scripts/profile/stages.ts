/** A function that a profile has met. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
}

/**
 * What a source file's time is spent on, by the first of these that its path matches. What no line names, Node's own
 * code, WebAssembly and helpers that everybody uses among it, counts for its caller.
 */
const FILES: readonly (readonly [stage: string, path: RegExp])[] = [
  ["start", /node:internal\/(modules|bootstrap|main)|mountDocs|interface-docs|build-document/],
  ["JSON", /strict-json|scan-json|canonicalize|json-client|idempotency\.ts/],
  ["validation", /\/zod\/|validate\.ts|protocol\/(wire|openapi)\/|protocol\/text\.ts/],
  [
    "hashing",
    /@noble\/hashes|hash-wasm|fast-keccak|protocol\/(commitment|plain-json|batch-tree|audit|messages)\.ts|internal\/crypto\/hash|ethers\/.*\/(crypto|hash)\//,
  ],
  [
    "signatures",
    /secp256k1|protocol\/signature\.ts|request-signature|verify-request|http-message-sig|structured-headers|internal\/crypto\//,
  ],
  ["embedded database", /pglite/],
  [
    "SQL driver",
    /\/pg\/|pg-protocol|pg-pool|pg-types|postgres-|\/kysely\/|server\/\w+\/store\/|node:sqlite|server\/\w+\/ledger\/|foundation\/storage/,
  ],
  ["EVM", /hardhat|@nomicfoundation|server\/local\/chain/],
  [
    "ABI and chain calls",
    /ethers\/.*\/(abi|providers|transaction|contract)\/|encode-calls|settle-call|contract-abi|\/chain\//,
  ],
  [
    "HTTP",
    /express|\/router\/|body-parser|finalhandler|undici|node:_http|node:http|node:net|node:internal\/(stream|streams|deps\/undici)|foundation\/http|\/http\/|\/ws\/|create-participants/,
  ],
  ["metrics and log", /prom-client|telemetry|pino|\/log\//],
  ["own services", /server\/|protocol\/|sdk\//],
];

/** V8's own names for what is no function. */
const SPECIAL: ReadonlyMap<string, string> = new Map([
  ["(garbage collector)", "garbage collection"],
  ["(program)", "runtime"],
  ["(idle)", "idle"],
]);

/** The stage of a function, or undefined when its caller decides. */
export function stageOf({ functionName, url }: CallFrame): string | undefined {
  const special = SPECIAL.get(functionName);
  if (special !== undefined) return special;
  return FILES.find(([, path]) => path.test(url))?.[0];
}
