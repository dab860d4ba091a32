/** What sending costs, and what is there to pay for it, as the relayer's own node shows it. */
export interface GasPort {
  gas(): Promise<GasStanding>;
}

/** In wei, as of the newest block. */
export interface GasStanding {
  /** What the lane's key holds. */
  readonly balance: bigint;
  /** What a unit of gas costs at the least; nil on a chain without a base fee. */
  readonly baseFee: bigint;
  /** What a unit of gas costs in all, the tip included, as the node proposes it. */
  readonly price: bigint;
}
