import { Router } from "express";
import type { Participants } from "../../../../protocol/corridor.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import type { Pages } from "../../../foundation/pages/create-pages.ts";
import type { PositionPort } from "../../ports/positions.ts";
import type { ServiceContext } from "../../service-context.ts";
import {
  readCorridorStandings,
  readParticipantStandings,
} from "../../services/read-corridor-standing.ts";
import { readCycles } from "../../services/read-cycles.ts";
import { PACE_MINUTES, readLiquidity } from "../../services/read-liquidity.ts";
import {
  NEWEST_STEPS,
  readConfirmation,
  readQueues,
  readThroughput,
  SHOWN_MINUTES,
} from "../../services/read-performance.ts";
import { drawBars } from "../charts/bars.ts";
import { drawCurve, GOAL_SECONDS } from "../charts/curve.ts";
import { assertSession } from "../guard.ts";
import { type Room, showPage, showPart } from "../show-page.ts";

async function readPerformance(context: ServiceContext) {
  const confirmation = await readConfirmation(context);
  const minutes = await readThroughput(context);
  const { p99, curve } = confirmation;
  return {
    confirmation,
    ...(p99 !== undefined && { curve: drawCurve(curve, p99) }),
    minutes,
    bars: drawBars(minutes.map(({ credited }) => credited)),
    shownMinutes: SHOWN_MINUTES,
    newestSteps: NEWEST_STEPS,
    goalSeconds: GOAL_SECONDS,
    ...(await readQueues(context)),
  };
}

/** The rooms that show one thing each: read, and put before whoever is signed in. */
export function roomRoutes(
  context: ServiceContext,
  parts: { readonly positions: PositionPort; readonly directory: Participants },
  pages: Pages,
): Router {
  const router = Router();
  const room = (
    path: Room,
    { view, title }: { readonly view: string; readonly title: string },
    read: () => Promise<Readonly<Record<string, unknown>>>,
  ) => {
    router
      .route(path)
      .get(async (_request, response) => {
        assertSession(response);
        showPage(pages, response, { view, title, room: path, data: await read() });
      })
      .all(refuseOtherMethods("GET", "HEAD"));
  };
  room("/positions", { view: "positions", title: "Positions" }, async () => ({
    ...(await readLiquidity(context, parts.positions)),
    paceMinutes: PACE_MINUTES,
  }));
  room("/corridors", { view: "corridors", title: "Corridors" }, async () => ({
    corridors: await readCorridorStandings(context),
    stopped: await context.halts.reasonOf("reservations"),
  }));
  room("/participants", { view: "participants", title: "Participants" }, async () => ({
    participants: await readParticipantStandings(context, parts.directory),
  }));
  room("/cycles", { view: "cycles", title: "Settlement cycles" }, async () => ({
    cycles: await readCycles(context),
  }));
  room("/performance", { view: "performance", title: "Performance" }, () =>
    readPerformance(context),
  );
  router
    .route("/parts/performance")
    .get(async (_request, response) => {
      assertSession(response);
      showPart(pages, response, {
        view: "performance-now",
        data: await readPerformance(context),
      });
    })
    .all(refuseOtherMethods("GET", "HEAD"));
  return router;
}
