import type { ProblemCode } from "../../../protocol/wire/problem-catalogue.ts";
import { RelayerProblem, RelayerUnreachable } from "../../../sdk/api/relayer-problem.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";

/** Where a field of the relayer's request stands in the app's, which is the one that its caller knows. */
const POINTERS: readonly (readonly [string, string])[] = [
  ["/creditor/account", "/recipient/phone"],
  ["/creditor/name", "/recipient/name"],
  ["/debtor", "/senderPhone"],
];

function pointerInRequest(pointer: string): string {
  const known = POINTERS.find(([theirs]) => pointer.startsWith(theirs));
  return known ? known[1] : pointer;
}

/** A relayer's refusal of a quote costs nothing yet: it is passed on as it is. */
export async function passOn<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof RelayerProblem) {
      const { code, detail, pointer, remedy } = error.problem;
      throw new ProblemError(code as ProblemCode, detail, {
        ...(pointer !== undefined && { pointer: pointerInRequest(pointer) }),
        ...(remedy !== undefined && { remedy }),
      });
    }
    if (error instanceof RelayerUnreachable) {
      throw new ProblemError("participant-unavailable", "the relayer did not answer");
    }
    throw error;
  }
}
