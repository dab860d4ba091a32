import type { Express } from "express";
import type { Participants } from "../../../protocol/corridor.ts";
import { PROOF_KEY } from "../../../protocol/proof-key.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../foundation/http/refuse-method.ts";
import { createPages } from "../../foundation/pages/create-pages.ts";
import type { ServiceContext } from "../service-context.ts";
import { readReceiptByProofKey } from "../services/read-receipt.ts";
import { nodeOriginOf } from "./node-origin.ts";

/** What the explorer is told of the rail beside its network. */
export interface ExplorerOptions {
  readonly directory: Participants;
  /** A node that readers' browsers may ask; they name one when there is none. */
  readonly explorerRpcUrl?: string;
}

/** What the page pins, and how it calls accounts and tokens. All of it is public. */
function railOf({ network }: ServiceContext, directory: Participants): string {
  const accounts = Object.entries(network.accounts).map(([id, account]) => [
    account.toLowerCase(),
    [...directory.values()].find((each) => each.id === id)?.name ?? id,
  ]);
  const tokens = Object.entries(network.tokens).map(([currency, token]) => [
    token.toLowerCase(),
    currency,
  ]);
  return JSON.stringify({
    chainId: network.chainId.toString(),
    corridor: network.corridor,
    accounts: Object.fromEntries(accounts),
    tokens: Object.fromEntries(tokens),
  });
}

/**
 * `/explorer`: anybody's proof of a payment, checked in the reader's own browser against a node of the reader's choice. The
 * receipt never comes here: it is pasted, or stands behind the # of a link. `/explorer/proofs/{proofKey}` gives a receipt to
 * whoever knows the UETR and the salt, without being told either.
 */
export function mountExplorer(
  app: Express,
  context: ServiceContext,
  { directory, explorerRpcUrl }: ExplorerOptions,
): void {
  const pages = createPages({
    path: "/explorer",
    views: new URL("views/", import.meta.url),
    styles: [new URL("explorer.css", import.meta.url)],
    scripts: [new URL("browser/explorer.ts", import.meta.url)],
    laterScripts: [new URL("browser/verify.ts", import.meta.url)],
  });
  const rail = railOf(context, directory);
  const { chainId, corridor } = context.network;
  const pinned = { chainId: chainId.toString(), corridor };
  const refuseOthers = refuseOtherMethods("GET", "HEAD");
  pages.mountAssets(app);
  app
    .route("/explorer")
    .get((request, response) => {
      const chosen = nodeOriginOf(request.query["node"]);
      const node = chosen ?? explorerRpcUrl ?? "";
      const origin = nodeOriginOf(node);
      pages.send(response, {
        view: "explorer",
        title: "Check a proof · Corridor",
        description: "Check the proof of a payment in your own browser, against the chain.",
        data: { rail, pinned, node, chosen: chosen !== undefined },
        ...(origin !== undefined && { connectTo: [origin] }),
      });
    })
    .all(refuseOthers);
  app
    .route("/explorer/proofs/:proofKey")
    .get(async (request, response) => {
      const { proofKey } = request.params;
      if (!PROOF_KEY.test(proofKey)) {
        throw new ProblemError("id-format", "a proof key is 64 lower-case hexadecimal digits");
      }
      response.json(await readReceiptByProofKey(context, proofKey));
    })
    .all(refuseOthers);
}
