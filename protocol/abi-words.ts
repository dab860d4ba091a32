const WORD_DIGITS = 64;

/** The 64 hexadecimal digits of a word of ABI-encoded data (`0x…`), by its place from 0. */
export const wordDigits = (data: string, index: number): string =>
  data.slice(2 + index * WORD_DIGITS, 2 + (index + 1) * WORD_DIGITS);

/** The number that a word of ABI-encoded data holds. */
export const wordAt = (data: string, index: number): bigint =>
  BigInt(`0x${wordDigits(data, index)}`);
