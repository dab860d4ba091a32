import type { ParticipantId } from "../../../../protocol/corridor.ts";
import type { RequestKeyId } from "../../../../protocol/request-signature.ts";
import type { GeneratedTime } from "./columns.ts";

export interface RequestKeyTable {
  key_id: RequestKeyId;
  participant_id: ParticipantId;
  /** 32 bytes of ed25519 in base64url. */
  public_key: string;
  created_at: GeneratedTime;
  not_after: Date | null;
  revoked_at: Date | null;
  revoked_reason: string | null;
}

export interface RequestNonceTable {
  key_id: RequestKeyId;
  nonce: string;
  expires_at: Date;
}
