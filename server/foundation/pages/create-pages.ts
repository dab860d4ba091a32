import { fileURLToPath } from "node:url";
import { Eta } from "eta";
import type { Express, Response } from "express";
import { type Asset, builtScript, loadAsset } from "./asset.ts";
import { setPageHeaders } from "./page-headers.ts";
import { addressOf, serveAssets } from "./serve-assets.ts";

const HERE = new URL("./", import.meta.url);
const STYLES = ["tokens", "base", "layout", "components", "transfers"].map(
  (name) => new URL(`styles/${name}.css`, HERE),
);
const HTMX = ["htmx.min.js", "ext/hx-sse.min.js"].map(
  (file) => new URL(file, import.meta.resolve("htmx.org")),
);

/** The templates' markup is escaped wherever a value stands in it: `<%= it.name %>`. */
const TEMPLATES = { autoEscape: true, cache: true, autoTrim: [false, "nl"] as [false, "nl"] };
const layouts = new Eta({ ...TEMPLATES, views: fileURLToPath(HERE) });

/** What a room's pages are made of. */
export interface RoomPages {
  /** Where the room's assets are served, below it in `assets/`: "/console". */
  readonly path: string;
  /** The folder of the room's `.eta` templates. */
  readonly views: URL;
  /** The room's own styles, after the shared one. */
  readonly styles?: readonly URL[];
  /** Sources (`.ts`) of the room's scripts, loaded by every page of it; `npm run build:pages` makes them. */
  readonly scripts?: readonly URL[];
  /** Sources of scripts that a page asks for when it needs them: `it.asset("verify.js")` is where. */
  readonly laterScripts?: readonly URL[];
  /** Whether pages use htmx, with its extension for event streams. */
  readonly htmx?: boolean;
}

export interface Page {
  /** The template's name, without `.eta`. */
  readonly view: string;
  readonly title: string;
  /** One sentence for those who find the page. */
  readonly description?: string;
  /** BCP 47; English when absent. */
  readonly language?: string;
  readonly status?: number;
  /** What the template finds in `it`, beside `it.asset`. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Further origins that the page's scripts may ask. */
  readonly connectTo?: readonly string[];
}

export interface Pages {
  /** Serves the assets of these pages. */
  mountAssets(app: Express): void;
  /** Answers a whole page. */
  send(response: Response, page: Page): void;
  /** Answers a part of a page, for htmx to put in its place. */
  sendPart(response: Response, part: Pick<Page, "view" | "data" | "status">): void;
  /** A template as text: for what is pushed by an event stream. */
  render(view: string, data?: Readonly<Record<string, unknown>>): string;
  /** Where an asset of these pages is. @throws when they have none of that name. */
  asset(name: string): string;
}

const nameOf = (url: URL) => url.pathname.slice(url.pathname.lastIndexOf("/") + 1);

/** The pages of one room of a server: its templates in the shared layout, its assets, and the headers of all of them. */
export function createPages(room: RoomPages): Pages {
  const path = `${room.path}/assets`;
  const eta = new Eta({ ...TEMPLATES, views: fileURLToPath(room.views) });
  const assets = new Map<string, Asset>();
  const add = (name: string, ...files: URL[]) => {
    const asset = loadAsset(name, files);
    assets.set(name, asset);
    return addressOf(path, asset);
  };
  const addScript = (source: URL) => {
    const file = builtScript(source);
    return add(nameOf(file), file);
  };
  const frame = {
    icon: add("icon.svg", new URL("icon.svg", HERE)),
    styles: [
      add("corridor.css", ...STYLES),
      ...(room.styles ?? []).map((url) => add(nameOf(url), url)),
    ],
    scripts: (room.scripts ?? []).map(addScript),
    htmx: (room.htmx ? HTMX : []).map((file) => add(nameOf(file), file)),
  };
  for (const source of room.laterScripts ?? []) addScript(source);
  const asset = (name: string) => {
    const found = assets.get(name);
    if (!found) throw new Error(`these pages have no asset ${name}`);
    return addressOf(path, found);
  };
  const render: Pages["render"] = (view, data = {}) => eta.render(view, { ...data, asset });
  return {
    asset,
    render,
    mountAssets: (app) => serveAssets(app, path, [...assets.values()]),
    send(response, { view, data, connectTo, status = 200, language = "en", ...head }) {
      const body = render(view, { ...data, language });
      const html = layouts.render("layout", { ...frame, ...head, language, body });
      setPageHeaders(response, connectTo);
      response.status(status).type("text/html").send(html);
    },
    sendPart(response, { view, data, status = 200 }) {
      const html = render(view, data);
      setPageHeaders(response);
      response.status(status).type("text/html").send(html);
    },
  };
}
