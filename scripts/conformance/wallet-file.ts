import { readFileSync } from "node:fs";
import { computeAddress } from "ethers";
import { z } from "zod";
import { addressSchema } from "../../protocol/wire/primitives.ts";

const mobile = z.string().regex(/^\+[1-9][0-9]{6,14}$/, "must be a number in E.164 form");

/** The wallet under test, as its key file describes it. Its keys are for this chain, which ends with the run. */
const walletFileSchema = z.strictObject({
  /** Its id in the corridor file, such as "island-wallet". */
  participant: z.string(),
  /** Its account's private key: the kit admits the account, gives it gas, and sets its signer. */
  accountKey: z.string().regex(/^0x[0-9a-f]{64}$/, "must be a private key in hex"),
  /** The address of the key that signs its outcomes. */
  signer: addressSchema,
  /** Accounts that its users have: one that can be paid, one that is closed, one that is under review. */
  accounts: z.strictObject({ open: mobile, closed: mobile, underReview: mobile }),
});

export type WalletFile = z.output<typeof walletFileSchema> & { readonly account: string };

/** Checks a description of the wallet under test. */
export function parseWalletFile(json: unknown): WalletFile {
  const file = walletFileSchema.parse(json);
  return { ...file, account: computeAddress(file.accountKey) };
}

/** Reads the key file. Throws, naming each fault without its value. */
export function readWalletFile(path: string): WalletFile {
  try {
    return parseWalletFile(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : `${error}`;
    throw new Error(`the key file ${path} cannot be used:\n${why}`);
  }
}
