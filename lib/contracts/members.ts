import type { KeyStatus, PermissionLevel, RevokedApiKey, StatusReason } from "./api-keys";

/** A key that would be left behind by its owner. */
export type MemberKey = {
  id: string;
  name: string;
  prefix: string;
  suffix: string;
  permissionLevel: PermissionLevel;
  status: KeyStatus;
  statusReason: StatusReason | null;
  lastUsedAt: string | null;
  /** Whose it is where it is not the leaver's: a key that manages keys, and whose secret the leaver may know. */
  owner: { userId: string; name: string } | null;
};

/** What became of the keys of who was removed. */
export type RemovedMember = {
  revoked: number;
  transferred: number;
  /** Managing keys of others that were explicitly left as they are. */
  kept: number;
  rejectedEverywhere: RevokedApiKey["rejectedEverywhere"];
};
