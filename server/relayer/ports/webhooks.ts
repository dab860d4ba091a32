/** Calls the addresses that wallets have named, as if strangers had: never one inside our own network. */
export interface WebhookPort {
  /** Throws `field-format` for an address that will not be called. */
  assertAllowed(url: string): Promise<void>;
  /** Posts once; throws when there was no answer. */
  post(url: string, headers: Record<string, string>, body: string): Promise<WebhookAnswer>;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly retryAfterSeconds?: number;
}
