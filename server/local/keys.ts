import { HDNodeWallet, Mnemonic } from "ethers";

/**
 * Hardhat's published development mnemonic. Its keys are known to everybody and are refused on any chain but a
 * local one; the first twenty accounts are rich there.
 */
const DEVELOPMENT_MNEMONIC = "test test test test test test test test test test test junk";

const root = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(DEVELOPMENT_MNEMONIC), "m/44'/60'/0'/0");

/** The development key at an index of the mnemonic. */
export function developmentKey(index: number): { privateKey: string; address: string } {
  const { privateKey, address } = root.deriveChild(index);
  return { privateKey, address };
}

/** Who uses which key. Accounts pay gas, so they are among the rich; signers only sign. */
const FIRST_PARTICIPANT = 4;
const FIRST_SIGNER = 20;

export const deployerKey = () => developmentKey(0);
export const governorKey = () => developmentKey(1);
export const guardianKey = () => developmentKey(2);
export const relayerKey = (instance = 0) => developmentKey(instance === 0 ? 3 : 19 - instance);

/** Account and signer of the participant at a position of the plan, the bank first. */
export function participantKeys(position: number) {
  return {
    account: developmentKey(FIRST_PARTICIPANT + position),
    signer: developmentKey(FIRST_SIGNER + position),
  };
}
