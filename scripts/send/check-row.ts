import type { Corridor } from "../../protocol/corridor.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { parseAmount } from "../../protocol/money.ts";
import { textSchema } from "../../protocol/wire/primitives.ts";
import type { BadRow, Column, RowContent } from "./pay-row.ts";

type Fault = Omit<BadRow, "line" | "content">;

/** Columns of free text, and the most characters that each may have. */
const TEXTS: readonly (readonly [Column, number])[] = [
  ["name", 140],
  ["reference", 35],
  ["message", 140],
];

function faultInSide(content: RowContent, corridor: Corridor): Fault | undefined {
  const { side, currency } = content;
  if (side !== "send" && side !== "receive") {
    return { code: "field-format", column: "side", explanation: "the side is send or receive" };
  }
  const wanted = side === "send" ? corridor.sendCurrency : corridor.receiveCurrency;
  if (currency === wanted) return undefined;
  return {
    code: "currency",
    column: "currency",
    explanation: `the ${side} side of this corridor is in ${wanted}`,
  };
}

function faultInAmount({ amount, currency }: RowContent): Fault | undefined {
  try {
    parseAmount(amount, currency);
    return undefined;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { code, message, remedy } = error;
    const explanation = remedy === undefined ? message : `${message}: ${remedy}`;
    return { code, column: "amount", explanation };
  }
}

function faultInTexts(content: RowContent): Fault | undefined {
  for (const [column, max] of TEXTS) {
    const text = content[column];
    if (text === "" && column === "message") continue;
    if (text === "") {
      return { code: "field-missing", column, explanation: `the ${column} is missing` };
    }
    const fault = { code: "invalid-string", column };
    if (text.length > max) return { ...fault, explanation: `at most ${max} characters` };
    const parsed = textSchema(max).safeParse(text);
    if (parsed.success) continue;
    return { ...fault, explanation: parsed.error.issues[0]?.message ?? "is not plain text" };
  }
  return undefined;
}

/**
 * What can be known of a row before anybody is asked, by the rules that the wallet and the relayer apply too; they
 * look once more, and at the rest: limits, the recipient's account, the sanctions list.
 */
export function findFault(content: RowContent, corridor: Corridor): Fault | undefined {
  const { pattern, countryPrefix } = corridor.payeeAccount;
  if (!new RegExp(pattern).test(content.recipient)) {
    const explanation = `write the mobile number in full, beginning with ${countryPrefix} (${pattern})`;
    return { code: "account-format", column: "recipient", explanation };
  }
  const fault = faultInTexts(content) ?? faultInSide(content, corridor) ?? faultInAmount(content);
  if (fault) return fault;
  if (content.purpose === "" || corridor.purposes.includes(content.purpose)) return undefined;
  const explanation = `choose one of ${corridor.purposes.join(", ")}`;
  return { code: "purpose", column: "purpose", explanation };
}
