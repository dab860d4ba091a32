import { id as hashOf } from "ethers";
import type { WireFunding, WireFundingRequest } from "../../../protocol/wire/bank.ts";
import type { Asked, ProgrammableRoute } from "../../foundation/simulator/fault.ts";
import { refusalOf } from "../../foundation/simulator/faults.ts";
import { withWrongEntry } from "../../foundation/simulator/off-by-one.ts";

function fundingOf({ body }: Asked): WireFundingRequest {
  return JSON.parse(body.toString("utf8"));
}

const lastPart = ({ url }: Asked) => url.split("?")[0]?.split("/").at(-1);

/** The same money under another id: what a bank does that has lost its memory of the first. */
function fundAgain(asked: Asked, attempt: number): Asked {
  const funding = fundingOf(asked);
  const fundingId = hashOf(`${funding.fundingId}:${attempt}`);
  const body = Buffer.from(JSON.stringify({ ...funding, fundingId }));
  const headers = { ...asked.headers, "content-length": String(body.length) };
  return { ...asked, headers, body };
}

function promiseOf(asked: Asked): WireFunding {
  return { ...fundingOf(asked), status: "accepted", acceptedAt: new Date().toISOString() };
}

const route = (
  name: string,
  path: RegExp,
  more: Omit<ProgrammableRoute, "name" | "method" | "path"> = {},
): ProgrammableRoute => ({ name, method: name.split(" ")[0] ?? "", path, ...more });

/** What the bank simulator can be told to do wrong, route by route. */
export const BANK_ROUTES: readonly ProgrammableRoute[] = [
  route("POST /fundings", /^\/fundings$/, {
    idOf: (asked) => fundingOf(asked).fundingId,
    promise: (asked) => ({ status: 202, body: promiseOf(asked) }),
    refuse: () => refusalOf("limit-exceeded", "the funding is over the day's limit"),
    repeat: fundAgain,
  }),
  route("GET /fundings/{id}", /^\/fundings\/[^/]+$/, { idOf: lastPart, enquires: true }),
  route("GET /redemptions/{id}", /^\/redemptions\/[^/]+$/, { idOf: lastPart, enquires: true }),
  route("POST /fx/quotes", /^\/fx\/quotes$/, {
    refuse: () => refusalOf("stale-rate", "there is no rate now"),
  }),
  route("POST /cycles/{id}/confirm", /^\/cycles\/[^/]+\/confirm$/, {
    refuse: () => refusalOf("overloaded", "the cut-off is busy"),
  }),
  route("GET /accounts/{id}", /^\/accounts\/[^/]+$/),
  route("GET /statements/{account}/{date}", /^\/statements\/[^/]+\/[^/]+$/, {
    distort: (statement) => withWrongEntry(statement, "lines"),
  }),
  route("GET /statements/{account}/{date}/items", /^\/statements\/[^/]+\/[^/]+\/items$/, {
    distort: (statement) => withWrongEntry(statement, "items"),
  }),
];
