import { AbiCoder, dataLength, dataSlice } from "ethers";
import type { Quote } from "../../protocol/messages.ts";

const SELECTOR_BYTES = 4;
const ARGUMENTS_AFTER_QUOTE = SELECTOR_BYTES + 11 * 32;
const QUOTE =
  "tuple(address bank, address payer, address payee, address sendToken, address receiveToken, uint64 rate, uint96 maxSend, uint48 validUntil, uint48 settleUntil, uint48 returnUntil, uint256 salt)";

/** A whole corridor call, with its quote, as it would be sent alone. */
export interface WholeCall {
  gasLimit: bigint | number;
  data: string;
}

/** The arguments of `relay` for these calls, written by the general encoder: equal quotes once. */
export function packed(calls: readonly WholeCall[]) {
  const quotes: string[] = [];
  const parts = calls.map(({ gasLimit, data }) => {
    const quote = dataSlice(data, SELECTOR_BYTES, ARGUMENTS_AFTER_QUOTE);
    if (!quotes.includes(quote)) quotes.push(quote);
    const rest = dataLength(data) - ARGUMENTS_AFTER_QUOTE;
    const tail = rest > 0 ? dataSlice(data, ARGUMENTS_AFTER_QUOTE).slice(2) : "";
    return {
      gasLimit,
      quote: quotes.indexOf(quote),
      data: dataSlice(data, 0, SELECTOR_BYTES) + tail,
    };
  });
  const decoded = quotes.map((words) => {
    return AbiCoder.defaultAbiCoder().decode([QUOTE], words)[0].toObject() as Quote;
  });
  return [decoded, parts] as const;
}
