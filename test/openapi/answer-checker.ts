import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import { buildDocument, type Json } from "../../protocol/openapi/build-document.ts";
import { INTERFACES, type InterfaceName } from "../../protocol/openapi/interfaces.ts";

const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;

/** An answer as a client has it. */
export interface CheckedAnswer {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly status: number;
  readonly type: string;
  /** Absent for a stream, which is not read to its end here. */
  readonly text?: string;
}

interface Described {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, unknown>> }>
  >;
}

const typeOf = (header: string) => header.split(";")[0]?.trim() ?? "";
const patternOf = (path: string) =>
  new RegExp(`^${path.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "[^/]+")}$`);
const escapePointer = (text: string) => text.replace(/~/g, "~0").replace(/\//g, "~1");

/** Holds answers against one interface's published document; answers what is wrong, or nothing. */
export function createAnswerChecker(name: InterfaceName) {
  const document = buildDocument(INTERFACES[name]);
  const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: false });
  addFormats(ajv);
  ajv.addSchema(document as Json, name);
  const paths = Object.entries(document.paths).map(([path, methods]) => ({
    path,
    pattern: patternOf(path),
    methods,
  }));
  const validators = new Map<string, ValidateFunction>();

  function validatorOf(pointer: string): ValidateFunction {
    const known = validators.get(pointer);
    if (known) return known;
    const made = ajv.compile({ $ref: `${name}#${pointer}` });
    validators.set(pointer, made);
    return made;
  }

  function find(method: string, path: string) {
    // A path in words goes before one with a parameter: /accounts/lookup before /accounts/{id}.
    const found = paths.filter(({ pattern }) => pattern.test(path));
    const best = found.find((each) => !each.path.includes("{")) ?? found[0];
    return best && { path: best.path, operation: best.methods[method] as Described | undefined };
  }

  return function check(answer: CheckedAnswer): string | undefined {
    const method = answer.method === "HEAD" ? "get" : answer.method.toLowerCase();
    const at = `${name}: ${answer.method} ${answer.path} answered ${answer.status} ${answer.type}`;
    const found = find(method, answer.path);
    // Nothing is there, or nothing of this method: every interface says so alike.
    if (!found?.operation || answer.status === 405) return checkProblem(answer, at);
    const { status } = answer;
    const described = found.operation.responses[`${status}`];
    if (!described) return `${at}, which is not described\n${answer.text ?? ""}`;
    if (answer.method === "HEAD" || answer.text === undefined) return undefined;
    const content = described.content ?? {};
    const pointer = [found.path, method, "responses", `${status}`, "content"].map(escapePointer);
    return checkContent(answer, at, { content, pointer: `/paths/${pointer.join("/")}` });
  };

  function checkContent(
    { text = "", type: header }: CheckedAnswer,
    at: string,
    described: { readonly content: Readonly<Record<string, unknown>>; readonly pointer: string },
  ): string | undefined {
    const { content, pointer } = described;
    const types = Object.keys(content);
    if (types.length === 0) return text === "" ? undefined : `${at}, with a body`;
    const type = typeOf(header);
    if (!types.includes(type)) return `${at}, and not in ${types.join(" or ")}`;
    if (!/[/+]json$/.test(type)) return undefined;
    return checkBody(text, at, `${pointer}/${escapePointer(type)}/schema`);
  }

  function checkBody(text: string, at: string, pointer: string): string | undefined {
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      return `${at}, which is not JSON: ${text}`;
    }
    const validator = validatorOf(encodeURI(pointer));
    if (validator(body)) return undefined;
    return `${at}: ${ajv.errorsText(validator.errors)}\n${text}`;
  }

  function checkProblem(answer: CheckedAnswer, at: string): string | undefined {
    if (answer.status < 400) return `${at}, where nothing is described`;
    if (answer.method === "HEAD" || answer.text === undefined) return undefined;
    if (typeOf(answer.type) !== "application/problem+json") return `${at}, no problem document`;
    return checkBody(answer.text, at, "/components/schemas/Problem");
  }
}
