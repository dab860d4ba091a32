import { type Express, type Request, Router } from "express";
import type { Participants } from "../../../protocol/corridor.ts";
import { buildDocument } from "../../../protocol/openapi/build-document.ts";
import { RELAYER } from "../../../protocol/openapi/relayer.ts";
import { createApp } from "../../foundation/http/create-app.ts";
import { mountDocs } from "../../foundation/http/interface-docs.ts";
import { mountExplorer } from "../explorer/mount-explorer.ts";
import type { PositionPort } from "../ports/positions.ts";
import type { ServiceContext } from "../service-context.ts";
import { createAcceptBatch } from "../services/accept-batch.ts";
import type { Door } from "../services/door.ts";
import type { ChangeNotice } from "../services/notify-changes.ts";
import { createBatchReader } from "../services/read-transfers.ts";
import { createOutcomeWatch } from "../services/watch-outcomes.ts";
import { measureRequests } from "../telemetry/http-metrics.ts";
import { askAtTheDoor } from "./at-the-door.ts";
import { authenticate, callerOf, type SandboxKeyHashes } from "./authenticate.ts";
import type { EventStreams } from "./event-streams.ts";
import { limitRate, networkOf, type RateLimit } from "./rate-limit.ts";
import { batchRoutes } from "./routes/batches.ts";
import { bookRoutes } from "./routes/books.ts";
import { corridorRoutes } from "./routes/corridors.ts";
import { eventRoutes } from "./routes/events.ts";
import { keyRoutes } from "./routes/keys.ts";
import { marketRoutes } from "./routes/market.ts";
import { quoteRoutes } from "./routes/quotes.ts";
import { transferRoutes } from "./routes/transfers.ts";
import { webhookRoutes } from "./routes/webhook-endpoints.ts";
import { tellDatabaseDown } from "./tell-database-down.ts";

/** What each instance lets each caller do. */
export interface RateLimits {
  readonly address: RateLimit;
  readonly participant: RateLimit;
  /** Addresses or networks of proxies whose X-Forwarded-For is believed; none unless configured. */
  readonly trustedProxies: readonly string[];
}

/** An order's quotes are read while its signature is used up: `acceptBatch` waits for both. */
const isOrder = ({ method, path }: Request) =>
  method === "POST" && (path === "/transfers" || path === "/batches");

/** What the door may turn away. */
const NEW_WORK = ["/quotes", "/batch-quotes", "/transfers", "/batches"];

/** The API for sending wallets. */
export function createApiApp(
  context: ServiceContext,
  options: {
    readonly sandboxKeys: SandboxKeyHashes;
    readonly changes: ChangeNotice;
    readonly streams: EventStreams;
    readonly door: Door;
    readonly limits: RateLimits;
    readonly directory: Participants;
    readonly positions: PositionPort;
    /** A node that the explorer's readers may ask from their browsers. */
    readonly explorerRpcUrl?: string;
  },
): Express {
  const ordering = {
    acceptBatch: createAcceptBatch(context),
    outcomes: {
      readBatch: createBatchReader(context),
      changes: options.changes,
      watchOutcome: createOutcomeWatch(context.db, options.changes),
    },
    door: options.door,
  };
  return createApp(context.log, (app) => {
    app.use(measureRequests("relayer"));
    mountDocs(app, buildDocument(RELAYER));
    const v1 = Router();
    app.set("trust proxy", options.limits.trustedProxies);
    // Counting is cheaper than checking a signature: whoever sends too much is turned away before.
    v1.use(limitRate("address", options.limits.address, ({ ip = "" }) => networkOf(ip)));
    v1.post(NEW_WORK, askAtTheDoor(options.door));
    const credentials = { requestKeys: context.requestKeys, sandboxKeys: options.sandboxKeys };
    v1.use(authenticate(credentials, isOrder));
    v1.use(limitRate("participant", options.limits.participant, (_, answer) => callerOf(answer)));
    v1.use(quoteRoutes(context, options.door));
    v1.use(transferRoutes(context, ordering));
    v1.use(batchRoutes(ordering));
    v1.use(eventRoutes(context, options.streams));
    v1.use(corridorRoutes(context));
    v1.use(marketRoutes(context, options));
    v1.use(bookRoutes(context, callerOf));
    v1.use(webhookRoutes(context));
    v1.use(keyRoutes(context));
    app.use("/v1", v1);
    app.use(
      "/explorer",
      limitRate("address", options.limits.address, ({ ip = "" }) => networkOf(ip)),
    );
    mountExplorer(app, context, options);
    app.use(tellDatabaseDown);
  });
}
