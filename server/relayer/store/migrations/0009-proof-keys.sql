-- Under which whoever knows a transfer's UETR and salt finds its proof: see protocol/proof-key.ts. The database makes it
-- from the row itself. A UETR and a salt hold no backslash, so that the cast takes their characters as they are.
create index transfers_by_proof_key on transfers
  (sha256(('corridor-proof:' || uetr || ':' || salt)::bytea));
