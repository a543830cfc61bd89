import type { KeyMetadata, PermissionLevel } from "@/lib/contracts/api-keys";
import type { ActorType } from "@/lib/contracts/audit-events";
import type { Role } from "@/lib/contracts/permissions";
import type { Quota } from "@/lib/contracts/quotas";
import type { Catalog } from "../permissions/catalog";

/** Everything a decision needs to know about a key, its owner and its workspace, read in one snapshot. */
export type KeyRecord = {
  hash: Buffer;
  keyId: string;
  prefix: string;
  suffix: string;
  name: string;
  workspaceId: string;
  ownerId: string;
  /** The membership of its owner, as invalidations name it. */
  memberId: string;
  permissionLevel: PermissionLevel;
  /** The names of a custom key, declared or not. */
  permissions: string[];
  canManageKeys: boolean;
  environment: string;
  allowedIps: string[];
  /** A stricter list that is judged and not enforced before `reportOnlyEnforceAt`. Empty if there is none. */
  reportOnlyIps: string[];
  /** A lower rate limit that is reported and not enforced before `reportOnlyEnforceAt`. */
  reportOnlyRateLimit: number | null;
  /** Null: not enforced until someone decides it. */
  reportOnlyEnforceAt: Date | null;
  rateLimitPerMinute: number | null;
  createdByType: ActorType;
  createdById: string;
  createdAt: Date;
  expiresAt: Date | null;
  lifetimeSeconds: number | null;
  disabledAt: Date | null;
  revokedAt: Date | null;
  /** When it was rotated. It works on until expiresAt. */
  rotatedAt: Date | null;
  workspaceName: string;
  /** The ids that the operator's own system gives them. */
  externalWorkspaceId: string | null;
  externalUserId: string | null;
  metadata: KeyMetadata;
  apiAccess: boolean;
  workspaceRequestsPerMinute: number | null;
  /** The owner's, unless the ceiling is lower. Null when the owner is no longer a member. */
  role: Role | null;
  /** Set for a transferred key, and for those that it creates. */
  roleCeiling: Role | null;
  ownerSuspended: boolean;
  /** The quotas of the key and of its workspace. */
  quotas: Quota[];
  /** What the operator declares, read in the same snapshot. */
  catalog: Catalog;
};
