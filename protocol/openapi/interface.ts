import type { z } from "zod";
import type { ProblemCode } from "../wire/problem-catalogue.ts";

/** What one status of an operation carries. */
export interface DescribedAnswer {
  readonly description: string;
  /** Name of one of the interface's schemas; nothing when the answer has no body. */
  readonly body?: string;
  /** `application/json` unless stated. */
  readonly type?: string;
  /** The same outcome in other forms, by media type. */
  readonly otherTypes?: Readonly<Record<string, string>>;
  readonly headers?: readonly AnswerHeader[];
}

export type AnswerHeader = "Location" | "Idempotency-Replayed";

/** One call of an interface. */
export interface Operation {
  readonly id: string;
  readonly method: "get" | "post" | "put" | "delete";
  /** With parameters in braces: `/v1/transfers/{uetr}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly query?: z.ZodObject;
  readonly headers?: readonly RequestHeader[];
  /** Name of the body's schema, and a body as it may be sent. */
  readonly body?: { readonly schema: string; readonly example: unknown };
  readonly answers: Readonly<Record<number, DescribedAnswer>>;
  /** What it refuses beside what every call refuses. */
  readonly problems: readonly ProblemCode[];
  /** Anybody may call it. */
  readonly open?: true;
}

export type RequestHeader = "Idempotency-Key" | "Prefer" | "Last-Event-ID";

/** One of the four HTTP interfaces, as it is published. */
export interface Interface {
  readonly title: string;
  readonly description: string;
  readonly server: string;
  /** Callers sign their requests (RFC 9421). */
  readonly signed: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** What a parameter in a path is, by its name. */
  readonly pathParameters: Readonly<Record<string, z.ZodType>>;
  /** Every message, by the name under which it is published. */
  readonly schemas: Readonly<Record<string, z.ZodType>>;
  /** What every call may be refused for. */
  readonly problems: readonly ProblemCode[];
  readonly operations: readonly Operation[];
  /** What the interface sends by itself, by the name of its message. */
  readonly sends?: Readonly<Record<string, { readonly summary: string; readonly body: string }>>;
}
