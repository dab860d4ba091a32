-- The public keys with which participants sign their requests. A key's id is its own hash: nobody else can take it.
create table request_keys (
  key_id text primary key,
  participant_id text not null,
  -- 32 bytes of ed25519 in base64url.
  public_key text not null,
  created_at timestamptz not null default now(),
  not_after timestamptz,
  revoked_at timestamptz,
  revoked_reason text
);
create index request_keys_by_participant on request_keys (participant_id, created_at);

-- Every signature is taken once, at whichever instance; what has expired is refused without looking here.
create table request_nonces (
  key_id text not null,
  nonce text not null,
  expires_at timestamptz not null,
  primary key (key_id, nonce)
);
create index request_nonces_by_expiry on request_nonces (expires_at);
