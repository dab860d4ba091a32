import {
  commitOrEach,
  createGroupCommit,
  type End,
  resultOf,
} from "../../foundation/process/group-commit.ts";
import { isDatabaseUnavailable } from "../../foundation/storage/database-errors.ts";
import type { Database } from "../store/open-database.ts";
import { type AskedOrder, findOrderFacts, type OrderFacts } from "../store/quotes.ts";

/** Orders that one statement reads about, of hundreds of transfers each at most. */
const GROUP_LIMIT = 20;

/** Reads what accepting an order needs to know; for orders that come together, in one statement. */
export function createOrderFacts(db: Database): (order: AskedOrder) => Promise<OrderFacts> {
  const together = (orders: readonly AskedOrder[]) => findOrderFacts(db, orders);
  const read = createGroupCommit<AskedOrder, End<OrderFacts>>(
    (orders) => commitOrEach(orders, together, isDatabaseUnavailable),
    GROUP_LIMIT,
  );
  return async (order) => resultOf(await read(order));
}
