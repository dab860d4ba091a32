/**
 * What a transfer's proof is found under by whoever knows its UETR and its salt: SHA-256 of this text. The key gives neither
 * away, and stands nowhere on chain, unlike the commitment.
 *
 * `uetr` in lower case; `salt` as 0x and 64 lower-case hexadecimal digits.
 */
export const proofKeyText = (uetr: string, salt: string): string =>
  `corridor-proof:${uetr}:${salt}`;

/** The key's form: 64 lower-case hexadecimal digits. */
export const PROOF_KEY = /^[0-9a-f]{64}$/;
