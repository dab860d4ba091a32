import { keccak256, toUtf8Bytes } from "ethers";
import { seededRandom } from "../../scripts/kill-start/seeded-random.ts";

/** Chances that a seed repeats. */
export interface Random {
  /** True with this probability. */
  chance(probability: number): boolean;
  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number;
  /** One of some things. */
  pick<T>(things: readonly T[]): T;
  /** 32 bytes as hex, different at each call. */
  bytes32(): string;
  uuid(): string;
}

export function createRandom(seed: number): Random {
  const next = seededRandom(seed);
  let drawn = 0;
  const below = (bound: number) => Math.floor(next() * bound);
  const bytes32 = () => keccak256(toUtf8Bytes(`${seed} ${++drawn}`));
  return {
    chance: (probability) => next() < probability,
    below,
    pick: (things) => things[below(things.length)] as (typeof things)[number],
    bytes32,
    uuid() {
      const hex = bytes32().slice(2);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    },
  };
}
