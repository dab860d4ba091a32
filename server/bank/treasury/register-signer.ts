import { corridorAbi } from "../../../protocol/contract-abi.ts";
import { readSigner } from "../../foundation/chain/read-corridor.ts";
import type { Treasury } from "./treasury.ts";

/** Makes the bank's hot key its signer in the corridor, unless it is. Only the account itself can. */
export async function registerSigner(treasury: Treasury): Promise<void> {
  const { corridor, bank, signer, account } = treasury;
  if ((await readSigner(corridor, bank)) === signer.address) return;
  const data = corridorAbi.encodeFunctionData("setSigner", [signer.address]);
  await account.send({ to: corridor.corridor, data });
}
