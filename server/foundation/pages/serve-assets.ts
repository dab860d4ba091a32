import type { Express, Request, Response } from "express";
import { ProblemError } from "../http/problem-error.ts";
import { refuseOtherMethods } from "../http/refuse-method.ts";
import type { Asset } from "./asset.ts";

/** A year: a new version has a new address. */
const FOR_EVER = "public, max-age=31536000, immutable";

function answer(request: Request, response: Response, asset: Asset): void {
  const chosen = request.acceptsEncodings("br", "gzip", "identity");
  const encoding = chosen === "br" || chosen === "gzip" ? chosen : "identity";
  response.setHeader("Cache-Control", FOR_EVER);
  response.setHeader("Vary", "Accept-Encoding");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  response.setHeader("Content-Type", asset.type);
  if (encoding !== "identity") response.setHeader("Content-Encoding", encoding);
  response.end(asset.encoded(encoding));
}

export const addressOf = (path: string, { hash, name }: Asset): string => `${path}/${hash}/${name}`;

/** Serves assets below a path, each at an address that holds its hash; any other hash is not found. */
export function serveAssets(app: Express, path: string, assets: readonly Asset[]): void {
  const byAddress = new Map(assets.map((asset) => [addressOf(path, asset), asset]));
  app
    .route(`${path}/:hash/:name`)
    .get((request, response) => {
      const asset = byAddress.get(request.path);
      if (!asset) throw new ProblemError("not-found", "there is no such asset");
      answer(request, response, asset);
    })
    .all(refuseOtherMethods("GET", "HEAD"));
}
