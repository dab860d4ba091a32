import { PROBLEMS } from "../../../protocol/wire/problem-catalogue.ts";
import { fromExpress } from "../../foundation/http/create-app.ts";
import { toProblemError } from "../../foundation/http/problem-error.ts";
import { isDatabaseUnavailable } from "../../foundation/storage/database-errors.ts";

/** What a page says when something is not done: a status, and words for whoever reads it. */
export interface Shown {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly remedy?: string;
  readonly retryAfterSeconds?: number;
}

/** A refusal that only pages know. */
export class PageRefusal extends Error {
  readonly shown: Shown;

  constructor(shown: Shown) {
    super(shown.title);
    this.name = "PageRefusal";
    this.shown = shown;
  }
}

/** Any thrown value as words. What is not ours says nothing of itself. */
export function toShown(error: unknown): Shown {
  if (error instanceof PageRefusal) return error.shown;
  if (isDatabaseUnavailable(error)) {
    const title = "The database cannot be reached";
    return { status: 503, title, detail: "Try again in a moment.", retryAfterSeconds: 2 };
  }
  const { code, message, context } = toProblemError(fromExpress(error));
  const { status, title, retryable } = PROBLEMS[code];
  return {
    status,
    title,
    detail: message,
    ...(context.remedy !== undefined && { remedy: context.remedy }),
    ...(retryable && { retryAfterSeconds: context.retryAfterSeconds ?? 1 }),
  };
}
