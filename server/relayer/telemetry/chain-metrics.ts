import type { GasPort } from "../ports/gas.ts";
import type { ServiceContext } from "../service-context.ts";
import { listLanes } from "../store/attention.ts";
import { findCheckpoint } from "../store/checkpoints.ts";
import { findReconciled } from "../store/reconciliation.ts";
import type { Readings } from "./readings.ts";

/** How far the chain is and how far we are with it, what gas costs, and each key's lane. */
export function addChainMetrics(context: ServiceContext, node: GasPort, readings: Readings): void {
  const { chain, db, network } = context;
  const { lane } = chain;
  readings.add(
    "chain",
    {
      corridor_chain_final_block: { help: "Number of the newest final block on our node" },
      corridor_chain_newest_block: { help: "Number of the newest block on our node" },
      corridor_chain_block_age_seconds: { help: "Age of the newest block on our node" },
    },
    async () => {
      const [final, newest] = await Promise.all([chain.finalBlock(), chain.newestBlock()]);
      return {
        corridor_chain_final_block: [[final.number]],
        corridor_chain_newest_block: [[newest.number]],
        corridor_chain_block_age_seconds: [
          [Math.max(0, Date.now() / 1_000 - Number(newest.timestamp))],
        ],
      };
    },
  );
  readings.add(
    "gas",
    {
      corridor_chain_base_fee_wei: { help: "What a unit of gas costs at the least" },
      corridor_chain_gas_price_wei: { help: "What a unit of gas costs, with the tip" },
      corridor_lane_balance_wei: { help: "What this instance's key has for gas", labels: ["lane"] },
    },
    async () => {
      const { baseFee, price, balance } = await node.gas();
      // A metric is a figure for people and alarms: money is counted elsewhere.
      return {
        corridor_chain_base_fee_wei: [[Number(baseFee)]],
        corridor_chain_gas_price_wei: [[Number(price)]],
        corridor_lane_balance_wei: [[Number(balance), { lane }]],
      };
    },
  );
  readings.add(
    "followed",
    {
      corridor_chain_followed_block: { help: "Number of the last block whose events are applied" },
      corridor_reconciled_block: { help: "Number of the last block that the journal agrees with" },
    },
    async () => {
      // One that has never begun is behind by all there is, and not a figure that no alarm can compare.
      const none = network.deployedInBlock - 1;
      return {
        corridor_chain_followed_block: [[(await findCheckpoint(db))?.number ?? none]],
        corridor_reconciled_block: [[(await findReconciled(db)) ?? none]],
      };
    },
  );
  readings.add(
    "lanes",
    {
      corridor_lane_next_nonce: { help: "Nonce that a lane signs next", labels: ["lane"] },
      corridor_chain_transactions_in_flight: {
        help: "Chain transactions that no final block has shown, by lane",
        labels: ["lane"],
      },
      corridor_lane_unmined_age_seconds: {
        help: "Time since a lane's oldest chain transaction that is not mined was first signed",
        labels: ["lane"],
      },
    },
    async () => {
      const lanes = await listLanes(db);
      return {
        corridor_lane_next_nonce: lanes.map((each) => [
          Number(each.next_nonce),
          { lane: each.lane },
        ]),
        corridor_chain_transactions_in_flight: lanes.map((each) => [
          each.in_flight,
          { lane: each.lane },
        ]),
        corridor_lane_unmined_age_seconds: lanes.map((each) => [
          each.oldest_seconds,
          { lane: each.lane },
        ]),
      };
    },
  );
}
