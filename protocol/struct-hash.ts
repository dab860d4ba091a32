import { hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { keccak256, type TypedDataField } from "ethers";

const WORD_DIGITS = 64;
const UNSIGNED = /^uint(\d+)$/;
const BYTES = /^bytes(\d+)$/;

/** Writes one value as the 64 hexadecimal digits of a word. */
type WordWriter = (value: unknown) => string;

function unsignedWriter({ type, name }: TypedDataField, bits: number): WordWriter {
  const bound = 1n << BigInt(bits);
  return (value) => {
    const number = BigInt(value as bigint | number);
    if (number < 0n || number >= bound) throw new RangeError(`${name} is not a ${type}`);
    return number.toString(16).padStart(WORD_DIGITS, "0");
  };
}

function bytesWriter({ type, name }: TypedDataField, size: number): WordWriter {
  const form = new RegExp(`^0x[0-9a-fA-F]{${2 * size}}$`);
  return (value) => {
    if (typeof value !== "string" || !form.test(value)) {
      throw new RangeError(`${name} is not a ${type}`);
    }
    const digits = value.slice(2);
    // Solidity writes an address like a number, and bytes from the left.
    return type === "address" ? digits.padStart(WORD_DIGITS, "0") : digits.padEnd(WORD_DIGITS, "0");
  };
}

function writerOf(field: TypedDataField): WordWriter {
  const { type } = field;
  if (type === "address") return bytesWriter(field, 20);
  const [, bits] = UNSIGNED.exec(type) ?? [];
  if (bits !== undefined) return unsignedWriter(field, Number(bits));
  const [, size] = BYTES.exec(type) ?? [];
  if (size !== undefined) return bytesWriter(field, Number(size));
  throw new TypeError(`${type} is not one word`);
}

const digitsOf = (hash: string) => hash.slice(2);

/** Hashes a struct under a domain's hash: the digest that is signed. */
export type StructHasher = (
  domainHash: string,
  message: Readonly<Record<string, unknown>>,
) => string;

/**
 * The digests of one struct type by EIP-712, `keccak256(0x1901 ‖ domain ‖ keccak256(type ‖ a word for each member))`, for types
 * whose members are one word each. A general encoder takes ten times as long, and every party makes three or four of
 * these for each order. A test holds it against that encoder. The hasher throws RangeError for what does not fit its type.
 */
export function structHasher(name: string, fields: readonly TypedDataField[]): StructHasher {
  const members = fields.map((field) => ({ name: field.name, write: writerOf(field) }));
  const declared = fields.map((field) => `${field.type} ${field.name}`).join(",");
  const typeDigits = digitsOf(keccak256(utf8ToBytes(`${name}(${declared})`)));
  return (domainHash, message) => {
    let digits = typeDigits;
    for (const member of members) digits += member.write(message[member.name]);
    const hash = keccak256(hexToBytes(digits));
    return keccak256(hexToBytes(`1901${digitsOf(domainHash)}${digitsOf(hash)}`));
  };
}
