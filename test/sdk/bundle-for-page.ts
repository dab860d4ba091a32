import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build, type Plugin } from "esbuild";

const PACKAGE = fileURLToPath(new URL("../../generated/sdk/dist", import.meta.url));

/** What a page has and a language alone has not: Web APIs, none of them Node's, and the types of bytes they speak in. */
const WEB_APIS = [
  "AbortController",
  "AbortSignal",
  "ArrayBuffer",
  "Headers",
  "Request",
  "Response",
  "TextDecoder",
  "TextEncoder",
  "URL",
  "URLSearchParams",
  "WebAssembly",
  "Uint8Array",
  "atob",
  "btoa",
  "clearTimeout",
  "crypto",
  "fetch",
  "performance",
  "setTimeout",
] as const;

/** Text of an ES module that is a WebAssembly module, as bundlers for pages load one. */
function moduleOf(wasm: Buffer): string {
  const compiled = new WebAssembly.Module(new Uint8Array(wasm));
  const needed = [...new Set(WebAssembly.Module.imports(compiled).map(({ module }) => module))];
  const given = needed.map((name, index) => `${JSON.stringify(name)}: m${index}`).join(",");
  return [
    ...needed.map((name, index) => `import * as m${index} from ${JSON.stringify(name)};`),
    `const bytes = Uint8Array.from(atob("${wasm.toString("base64")}"), (c) => c.charCodeAt(0));`,
    `const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { ${given} });`,
    ...WebAssembly.Module.exports(compiled).map(
      ({ name }) => `export const ${name} = exports.${name};`,
    ),
  ].join("\n");
}

const webAssembly: Plugin = {
  name: "WebAssembly as an ES module",
  setup(bundler) {
    bundler.onLoad({ filter: /\.wasm$/ }, ({ path }) => ({
      contents: moduleOf(readFileSync(path)),
      resolveDir: dirname(path),
      loader: "js",
    }));
  },
};

/** Bundles the package's main entry for a page, and refuses whatever is not there in one. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(PACKAGE, "index.js")],
    bundle: true,
    platform: "browser",
    format: "iife",
    globalName: "sdk",
    write: false,
    logLevel: "silent",
    plugins: [webAssembly],
  });
  return outputFiles[0]?.text ?? "";
}

/** The SDK as a page would have it: bundled, with Web APIs around it and nothing of Node's. */
export async function loadInPage<Sdk>(): Promise<{
  readonly sdk: Sdk;
  run(code: string): unknown;
}> {
  const page = createContext(
    Object.fromEntries(WEB_APIS.map((name) => [name, Reflect.get(globalThis, name)])),
  );
  runInContext(await bundle(), page);
  const run = (code: string): unknown => runInContext(code, page);
  return { sdk: run("sdk") as Sdk, run };
}
