import type { ErrorCode } from "../../../../../sdk/errors/corridor-error.ts";
import { userMessageFor } from "../../../../../sdk/errors/user-messages.ts";
import { language } from "./page.ts";

/** The server's refusal: what its user may be told of it. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** What a user may be told of an error's code, in the page's language. */
export const messageOf = (code: string): string => userMessageFor(code as ErrorCode, language);

/** Posts JSON to the page's own server. @throws Refused with a sentence for the user. */
export async function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  const answer = (await response.json()) as T & { code?: string };
  if (!response.ok) throw new Refused(messageOf(answer.code ?? "internal"));
  return answer;
}
