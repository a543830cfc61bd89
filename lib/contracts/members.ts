import type { KeyStatus, PermissionLevel, RevokedApiKey } from "./api-keys";

/** A key that would be left behind by its owner. */
export type MemberKey = {
  id: string;
  name: string;
  prefix: string;
  suffix: string;
  permissionLevel: PermissionLevel;
  status: KeyStatus;
};

/** What became of the keys of who was removed. */
export type RemovedMember = {
  revoked: number;
  transferred: number;
  rejectedEverywhere: RevokedApiKey["rejectedEverywhere"];
};
