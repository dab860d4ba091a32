import type { ServiceContext } from "../service-context.ts";
import { listCases, type StoredCase } from "../store/cases.ts";
import { listHalts } from "../store/halts.ts";

/** Cases shown at a time: more than people can look at. */
const MAX_CASES = 500;

/** What is halted, since when and why. */
export async function readHalts({ db }: ServiceContext) {
  return { halts: await listHalts(db) };
}

/** Cases, the open ones first. */
export async function readCases({ db }: ServiceContext): Promise<{ cases: StoredCase[] }> {
  return { cases: await listCases(db, MAX_CASES) };
}
