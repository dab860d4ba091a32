import { type Express, Router } from "express";
import { createApp } from "../../foundation/http/create-app.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ChangeNotice } from "../services/notify-changes.ts";
import { type ApiKeyHashes, authenticate, callerOf } from "./authenticate.ts";
import { bookRoutes } from "./routes/books.ts";
import { corridorRoutes } from "./routes/corridors.ts";
import { quoteRoutes } from "./routes/quotes.ts";
import { transferRoutes } from "./routes/transfers.ts";

/** The API for sending wallets. */
export function createApiApp(
  context: ServiceContext,
  options: { readonly apiKeys: ApiKeyHashes; readonly changes: ChangeNotice },
): Express {
  return createApp(context.log, (app) => {
    const v1 = Router();
    v1.use(authenticate(options.apiKeys));
    v1.use(quoteRoutes(context));
    v1.use(transferRoutes(context, options.changes));
    v1.use(corridorRoutes(context));
    v1.use(bookRoutes(context, callerOf));
    app.use("/v1", v1);
  });
}
