import type { KeyStatus, PermissionLevel, RevokedApiKey, StatusReason } from "./api-keys";

/** A key to decide about before its owner or its maker is removed, suspended or loses the right to manage keys. */
export type MemberKey = {
  id: string;
  name: string;
  prefix: string;
  suffix: string;
  permissionLevel: PermissionLevel;
  status: KeyStatus;
  statusReason: StatusReason | null;
  lastUsedAt: string | null;
  /** Set where the member does not own it: a key that manages keys, and whose secret the member may know. */
  owner: { userId: string; name: string } | null;
};

export type MemberKeys = {
  /** Those to decide about. */
  keys: MemberKey[];
  /** Managing keys of others that lose this right if the member, who made them, leaves or steps down by themselves. */
  withdrawn: MemberKey[];
};

/** What became of the keys that were decided about. */
export type KeyDecisionCounts = {
  revoked: number;
  transferred: number;
  /** Managing keys of others that were explicitly left as they are. */
  kept: number;
};

export type RemovedMember = KeyDecisionCounts & { rejectedEverywhere: RevokedApiKey["rejectedEverywhere"] };
