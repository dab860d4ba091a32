import type { Json, OpenApiDocument } from "../../../protocol/openapi/build-document.ts";

const STYLE = `
body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;grid-template-columns:18rem 1fr;color:#1b1f24;background:#fff}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1rem;box-sizing:border-box;background:#f6f7f9;font-size:14px}
nav a{display:block;color:inherit;text-decoration:none;padding:.1rem 0}nav a:hover{text-decoration:underline}
main{padding:1.5rem 2.5rem;max-width:60rem;min-width:0}
section{border-top:1px solid #d8dde3;padding:1rem 0}
code,pre{font:13px/1.5 ui-monospace,monospace}code,h2,h3,p,td{overflow-wrap:anywhere}pre{background:#f6f7f9;padding:.8rem;overflow:auto}
.verb{display:inline-block;min-width:4rem;font-weight:700;text-transform:uppercase}
.get{color:#0a6e3f}.post{color:#0b57a4}.put{color:#8a5300}.delete{color:#a1221b}
table{border-collapse:collapse;width:100%;font-size:14px}td,th{border-bottom:1px solid #e4e8ec;text-align:left;padding:.3rem .6rem .3rem 0;vertical-align:top}
@media(max-width:50rem){body{display:block}nav{position:static;height:auto}main{padding:1rem}}
@media(prefers-color-scheme:dark){body{color:#e6e9ed;background:#14181d}nav,pre{background:#1d232a}section{border-color:#39424d}td,th{border-color:#2c343d}.get{color:#58c894}.post{color:#7ab8f5}.put{color:#e5ac5b}.delete{color:#f1877f}a{color:#7ab8f5}}`;

const safe = (text: unknown) =>
  String(text).replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);
/** The little Markdown that descriptions hold: code, and lists of lines. */
const prose = (text: unknown) =>
  safe(text ?? "")
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/^- /gm, "• ")
    .replace(/\n/g, "<br>");
const pretty = (value: unknown) => `<pre>${safe(JSON.stringify(value, null, 2))}</pre>`;
const nameOf = (ref: string) => ref.slice(ref.lastIndexOf("/") + 1);

function schemaLink(schema: Json | undefined): string {
  const ref = schema?.["$ref"];
  if (typeof ref !== "string") return "";
  return `<a href="#schema-${safe(nameOf(ref))}">${safe(nameOf(ref))}</a>`;
}

interface Carrying {
  readonly content?: Readonly<Record<string, { schema?: Json; example?: unknown }>>;
  readonly description?: string;
}

function parametersOf(parameters: readonly Json[]): string {
  if (parameters.length === 0) return "";
  const rows = parameters.map((each) => {
    const schema = each["schema"] as Json | undefined;
    const form = schema?.["pattern"] ?? schema?.["format"] ?? schema?.["enum"] ?? schema?.["type"];
    return `<tr><td><code>${safe(each["name"])}</code></td><td>${safe(each["in"])}${each["required"] ? ", required" : ""}</td><td>${prose(each["description"])} <code>${safe(form ?? "")}</code></td></tr>`;
  });
  return `<table><tr><th>Parameter</th><th>In</th><th></th></tr>${rows.join("")}</table>`;
}

function answersOf(answers: Readonly<Record<string, Carrying>>): string {
  const rows = Object.entries(answers).map(([status, { description, content = {} }]) => {
    const bodies = Object.entries(content).map(
      ([type, { schema }]) => `<code>${safe(type)}</code> ${schemaLink(schema)}`,
    );
    return `<tr><td>${safe(status)}</td><td>${prose(description)}</td><td>${bodies.join("<br>")}</td></tr>`;
  });
  return `<table><tr><th>Status</th><th></th><th>Body</th></tr>${rows.join("")}</table>`;
}

function operationSection(path: string, method: string, operation: Json): string {
  const body = operation["requestBody"] as Carrying | undefined;
  const [sent] = Object.values(body?.content ?? {});
  return [
    `<section id="${safe(operation["operationId"])}">`,
    `<h3><span class="verb ${method}">${method}</span> <code>${safe(path)}</code></h3>`,
    `<p><strong>${prose(operation["summary"])}</strong></p><p>${prose(operation["description"])}</p>`,
    parametersOf((operation["parameters"] as readonly Json[] | undefined) ?? []),
    sent ? `<p>Body: ${schemaLink(sent.schema)}</p>${pretty(sent.example)}` : "",
    answersOf(operation["responses"] as Readonly<Record<string, Carrying>>),
    "</section>",
  ].join("");
}

/** An OpenAPI document as one page that needs nothing else: no script, no font, no other address. */
export function renderPage(document: OpenApiDocument): string {
  const info = document["info"] as Json;
  const tags = (document["tags"] as readonly { name: string; description: string }[]) ?? [];
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const of = (tag: string) =>
    operations.filter(({ operation }) => (operation["tags"] as string[]).includes(tag));
  const contents = tags.map(
    ({ name }) =>
      `<strong>${safe(name)}</strong>${of(name)
        .map(
          ({ operation }) =>
            `<a href="#${safe(operation["operationId"])}">${prose(operation["summary"])}</a>`,
        )
        .join("")}`,
  );
  const parts = tags.map(
    ({ name, description }) =>
      `<h2>${safe(name)}</h2><p>${prose(description)}</p>${of(name)
        .map(({ path, method, operation }) => operationSection(path, method, operation))
        .join("")}`,
  );
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      `<section id="schema-${safe(name)}"><h3>${safe(name)}</h3>${pretty(schema)}</section>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${safe(info["title"])}</title><style>${STYLE}</style></head><body><nav>${contents.join("")}<a href="#messages"><strong>messages</strong></a></nav><main><h1>${safe(info["title"])}</h1><p>${prose(info["description"])}</p><p><a href="openapi.json">openapi.json</a></p>${parts.join("")}<h2 id="messages">messages</h2>${schemas.join("")}</main></body></html>`;
}
