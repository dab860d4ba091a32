import { createRequire } from "node:module";
import { compiledCurve, type Libsecp256k1, useCurve } from "../../../protocol/curve.ts";

/**
 * Signs and recovers by the compiled libsecp256k1 where npm has brought one for this machine (Linux and Windows on x64, macOS on
 * ARM), and tells whether it has; elsewhere WebAssembly goes on doing it. The package's own way out, pure JavaScript, is
 * never loaded.
 */
export function useCompiledCurve(): boolean {
  try {
    const library: Libsecp256k1 = createRequire(import.meta.url)("secp256k1/bindings.js");
    useCurve(compiledCurve(library));
    return true;
  } catch {
    return false;
  }
}
