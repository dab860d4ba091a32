import { z } from "zod";
import { problemSchema } from "../wire/problem.ts";
import { PROBLEMS, type ProblemCode } from "../wire/problem-catalogue.ts";
import { ANSWER_HEADERS, RATE_HEADERS, REQUEST_HEADERS } from "./headers.ts";
import type { DescribedAnswer, Interface, Operation } from "./interface.ts";

export type Json = { readonly [key: string]: unknown };

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument extends Json {
  readonly openapi: "3.1.1";
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> } & Json;
}

/** What is answered before a request comes to any interface, and what failed on our side. */
const UNREADABLE: readonly ProblemCode[] = ["malformed-request", "header-too-large", "internal"];
const PROBLEM_TYPE = "application/problem+json";
const refTo = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** JSON Schemas of the messages as they stand on the wire, those that are named referring to one another. */
function schemasOf(described: Interface): Record<string, Json> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(described.schemas)) registry.add(schema, { id });
  registry.add(problemSchema, { id: "Problem" });
  const { schemas } = z.toJSONSchema(registry, {
    io: "input",
    unrepresentable: "any",
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema]),
  );
}

function inline(schema: z.ZodType): Json {
  const options = { io: "input", unrepresentable: "any" } as const;
  const { $schema: _, ...json } = z.toJSONSchema(schema, options);
  return json;
}

function parametersOf({ path, query, headers = [] }: Operation, described: Interface): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => {
    const schema = described.pathParameters[name];
    if (!schema) throw new Error(`${path}: nothing is said of {${name}}`);
    return { name, in: "path", required: true, schema: inline(schema) };
  });
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: "query",
    required: false,
    schema: inline(schema as z.ZodType),
  }));
  return [...inPath, ...inQuery, ...headers.map((name) => ({ ...REQUEST_HEADERS[name] }))];
}

function answerOf(answer: DescribedAnswer, signed: boolean): Json {
  const { description, body, type = "application/json", otherTypes = {} } = answer;
  const content = {
    ...(body !== undefined && { [type]: { schema: refTo(body) } }),
    ...Object.fromEntries(
      Object.entries(otherTypes).map(([other, name]) => [other, { schema: refTo(name) }]),
    ),
  };
  const own = (answer.headers ?? []).map((name) => [name, ANSWER_HEADERS[name]]);
  const headers = { ...Object.fromEntries(own), ...(signed && RATE_HEADERS) };
  return {
    description,
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(Object.keys(content).length > 0 && { content }),
  };
}

/** Problems by their status: which codes it may carry, in words and as a schema. */
function problemAnswers(codes: readonly ProblemCode[]): Record<string, Json> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of [...new Set(codes)].sort()) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, each]) => {
      const lines = each.map((code) => `- \`${code}\`: ${PROBLEMS[code].title}`);
      const later = each.some((code) => PROBLEMS[code].retryable);
      const schema = {
        allOf: [
          refTo("Problem"),
          { properties: { code: { enum: each }, status: { const: status } } },
        ],
      };
      return [
        `${status}`,
        {
          description: lines.join("\n"),
          ...(later && { headers: { "Retry-After": ANSWER_HEADERS["Retry-After"] } }),
          content: { [PROBLEM_TYPE]: { schema } },
        },
      ];
    }),
  );
}

/** A status that an operation means something by may carry a problem as well, as `/readyz` with 503. */
function bothOf(own: Record<string, Json>, problems: Record<string, Json>): Record<string, Json> {
  const both = { ...problems, ...own };
  for (const [status, problem] of Object.entries(problems)) {
    const { content, description } = (own[status] ?? {}) as {
      content?: Json;
      description?: string;
    };
    if (own[status] === undefined) continue;
    both[status] = {
      ...problem,
      description: `${description ?? ""}\n${problem["description"]}`,
      content: { ...(problem["content"] as Json), ...content },
    };
  }
  return both;
}

function operationOf(operation: Operation, described: Interface): Json {
  const { id, tag, summary, description, body, answers, problems, open } = operation;
  const parameters = parametersOf(operation, described);
  const signed = described.signed && !open;
  const own = Object.entries(answers).map(([status, answer]) => [status, answerOf(answer, signed)]);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(open && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        content: { "application/json": { schema: refTo(body.schema), example: body.example } },
      },
    }),
    responses: bothOf(
      Object.fromEntries(own),
      problemAnswers([
        ...UNREADABLE,
        ...(open ? [] : described.problems),
        ...problems,
        // A path that cannot be read leads nowhere.
        ...(operation.path.includes("{") ? (["not-found"] as const) : []),
      ]),
    ),
  };
}

function webhooksOf({ sends = {} }: Interface): Json {
  const described = Object.entries(sends).map(([name, { summary, body }]) => [
    name,
    {
      post: {
        operationId: name,
        summary,
        security: [],
        requestBody: { required: true, content: { "application/json": { schema: refTo(body) } } },
        responses: {
          "204": { description: "Taken" },
          "410": { description: "Never again: the endpoint is disabled" },
        },
      },
    },
  ]);
  return described.length > 0 ? { webhooks: Object.fromEntries(described) } : {};
}

const SIGNATURE = {
  type: "apiKey",
  in: "header",
  name: "Signature",
  description:
    "HTTP Message Signatures (RFC 9421) with ed25519, beside `Signature-Input`: over `@method`, `@authority`, `@path`, `@query`, and `content-digest` (RFC 9530, sha-256), `content-type` and `idempotency-key` where the request has them; with `created`, `expires` (at most 300 s later), a `nonce` that is used once, and `keyid`.",
};

/** Publishes an interface as an OpenAPI 3.1 document, generated from the very schemas that its messages are read with. */
export function buildDocument(described: Interface): OpenApiDocument {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of described.operations) {
    const path = paths[operation.path] ?? {};
    path[operation.method] = operationOf(operation, described);
    paths[operation.path] = path;
  }
  return {
    openapi: "3.1.1",
    info: {
      title: described.title,
      version: "1.0.0",
      description: described.description,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: described.server, description: "On one machine, as `npm start` runs it" }],
    security: described.signed ? [{ signature: [] }] : [],
    tags: Object.entries(described.tags).map(([name, description]) => ({ name, description })),
    paths,
    ...webhooksOf(described),
    components: {
      schemas: schemasOf(described),
      ...(described.signed && { securitySchemes: { signature: SIGNATURE } }),
    },
  };
}
