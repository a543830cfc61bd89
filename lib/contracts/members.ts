import type { KeyStatus, PermissionLevel, RevokedApiKey, StatusReason } from "./api-keys";

/** A key to decide about before its owner or creator is removed, suspended, or loses the permission to manage keys. */
export type MemberKey = {
  id: string;
  name: string;
  prefix: string;
  suffix: string;
  permissionLevel: PermissionLevel;
  status: KeyStatus;
  statusReason: StatusReason | null;
  lastUsedAt: string | null;
  /** Set if someone else owns the key: it can manage keys, and the member may know its secret. */
  owner: { userId: string; name: string } | null;
};

export type MemberKeys = {
  /** Keys to decide about. */
  keys: MemberKey[];
  /**
   * Other members' keys that this member created and that can manage keys. They lose that permission if the member
   * leaves or steps down voluntarily.
   */
  withdrawn: MemberKey[];
};

/** How many keys were revoked, transferred, and kept. */
export type KeyDecisionCounts = {
  revoked: number;
  transferred: number;
  /** Other members' keys that were explicitly left unchanged. */
  kept: number;
};

export type RemovedMember = KeyDecisionCounts & { rejectedEverywhere: RevokedApiKey["rejectedEverywhere"] };
