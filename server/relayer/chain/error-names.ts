import { corridorAbi } from "../../../protocol/contract-abi.ts";

/** The name of the contract's error in some return data; "OutOfGas" for none, "Unknown" for a foreign one. */
export function errorNameOf(returnData: string): string {
  if (returnData === "0x") return "OutOfGas";
  try {
    return corridorAbi.parseError(returnData)?.name ?? "Unknown";
  } catch {
    // The Relay contract cuts return data short, so that arguments may be missing: the selector suffices.
    return corridorAbi.getError(returnData.slice(0, 10))?.name ?? "Unknown";
  }
}
