import type { RequestKey } from "./request-key.ts";
import { signRequest } from "./sign-request.ts";

/** What may be said of a request beside its address. */
export interface SignedFetchInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** A `fetch` whose requests are signed; it follows no redirects. */
export type SignedFetch = (url: string | URL, init?: SignedFetchInit) => Promise<Response>;

/** A `fetch` that signs each request with a wallet's request key. */
export function createSignedFetch(key: RequestKey): SignedFetch {
  return async (url, { method = "GET", headers = {}, body, signal } = {}) => {
    const request = { method, url, headers, ...(body !== undefined && { body }) };
    return fetch(url, {
      method,
      headers: await signRequest(key, request),
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
      redirect: "error",
    });
  };
}
