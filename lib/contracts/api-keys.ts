import type { DenialCode } from "./access-logs";
import type { ActorType } from "./audit-events";
import type { KeyCaller, OtherCallers } from "./key-callers";
import type { Role } from "./permissions";

export const permissionLevels = ["read_only", "read_write", "custom"] as const;
export type PermissionLevel = (typeof permissionLevels)[number];
export const permissionLevelLabels: Record<PermissionLevel, string> = {
  read_only: "Read-only",
  read_write: "Read & write",
  custom: "Custom",
};

/** Data of the operator's own about a key. */
export type KeyMetadata = Record<string, string | number | boolean>;

export const keyStatuses = ["active", "disabled", "expired", "revoked"] as const;
export type KeyStatus = (typeof keyStatuses)[number];
export const keyStatusLabels: Record<KeyStatus, string> = {
  active: "Active",
  disabled: "Disabled",
  expired: "Expired",
  revoked: "Revoked",
};

/** Why a key is refused when the reason isn't the key itself. */
export const statusReasonLabels = {
  owner_suspended: "Owner suspended",
  owner_removed: "Owner left",
  api_access_off: "API access is off",
};
export type StatusReason = keyof typeof statusReasonLabels;

/** Presets of the create dialog, in days. Null: the key never expires. */
export const expirationPresets = [null, 7, 30, 60, 90, 365] as const;
export const defaultExpirationDays = 90;
/** A key is expiring in its last days. */
export const expiringDays = 14;
/** The longest lifetime that can be requested: ten years. */
export const maximumExpirationDays = 3650;
export const maximumNotesLength = 1000;

/** A key as the console shows it. The secret appears only in CreatedApiKey. */
export type ApiKey = {
  id: string;
  name: string;
  /** Format prefix and first four characters, such as `kw_sk_9f3A`. */
  prefix: string;
  /** Last four characters. */
  suffix: string;
  owner: { userId: string; name: string; role: Role | null };
  createdBy: { type: ActorType; id: string; name: string | null };
  /** The role that it acts with: the owner's, unless it was transferred by someone with a lower one. Null if the owner has left. */
  role: Role | null;
  /** What the key can do now: never more than its owner's role allows. */
  permissionLevel: PermissionLevel;
  /** The declared permissions that it has now. Empty if the operator declares none. */
  permissions: string[];
  canManageKeys: boolean;
  /** What it was created with. The names of a custom key only. */
  createdWith: { permissionLevel: PermissionLevel; permissions: string[]; canManageKeys: boolean };
  environment: string;
  metadata: KeyMetadata;
  /** What members wrote about it. */
  notes: string;
  /** Whether its owner gets a mail about new callers. */
  mailNewCallers: boolean;
  allowedIps: string[];
  reportOnly: ReportOnlyLimits | null;
  /** The limit that applies: the key's own, else the workspace's, else the server's. */
  rateLimitPerMinute: number;
  /** Null if it has none of its own. */
  ownRateLimitPerMinute: number | null;
  /** The status that a request with this key would get now. */
  status: KeyStatus;
  statusReason: StatusReason | null;
  createdAt: string;
  expiresAt: string | null;
  disabledAt: string | null;
  disabledBy: { type: ActorType; id: string; name: string | null } | null;
  /** Disabled by an admin or the operator. Only an admin can enable it. */
  disabledByAdmin: boolean;
  revokedAt: string | null;
  /** When it was reported as leaked. */
  exposedAt: string | null;
  /** Where it was found, if the report says so. */
  exposedUrl: string | null;
  /** When an admin said that the leak is dealt with. */
  exposureSettledAt: string | null;
  /** How many keys it made, directly or not. Only where one key is asked for. */
  createdKeys?: number;
  /** When it was rotated, and the key that replaced it. */
  rotatedAt: string | null;
  successor: KeyReference | null;
  /** The key that it replaced. */
  predecessor: KeyReference | null;
  lastUse: { at: string; ip: string | null; userAgent: string | null } | null;
  /** Decisions in each of the last 24 hours, oldest first. */
  activity: { allowed: number; denied: number }[];
  /** Its requests by method since the first one that is known, most first. Only where keys that can write but only read are listed. */
  usedMethods?: { since: string; requests: { method: string; count: number }[] };
};

/** Stricter limits that aren't enforced yet. Requests that they would refuse pass, and are marked in the access log. */
export type ReportOnlyLimits = {
  /** Empty if only the rate limit is reported. */
  allowedIps: string[];
  rateLimitPerMinute: number | null;
  /** Null: not before someone enforces them. */
  enforceAt: string | null;
};

/** Another key, as much as is needed to link to it. */
export type KeyReference = { id: string; prefix: string; suffix: string };

export type ApiKeyList = {
  keys: ApiKey[];
  total: number;
  /** How many more there would be with revoked keys. */
  hidden: number;
  nextCursor: string | null;
};

/** The only response that contains a secret. It is `no-store` and never enters a query cache. */
export type CreatedApiKey = { key: ApiKey; secret: string };

/**
 * The result of a revocation: no instance accepted the key after `afterMs`. `lapsed` instances didn't acknowledge it, but
 * can't accept any key until they have caught up.
 */
export type RevokedApiKey = {
  key: ApiKey;
  /** How many keys that it made were revoked with it. */
  createdKeys: number;
  rejectedEverywhere: { afterMs: number; instances: number; lapsed: number; staleSeconds: number };
};

export type RefusedRequest = { at: string; ip: string | null; code: DenialCode };

/** A recent caller of a key. */
export type ApiKeyCaller = { ip: string | null; userAgent: string | null; calls: number; lastAt: string };

/** What stricter limits would have done to a key's recent requests. */
export type LimitsPreview = {
  /** How many days back the log was read. */
  days: number;
  /** Allowed requests that were looked at, and those among them that would have been refused. */
  requests: number;
  refused: number;
  /** Whether some were refused by the rate limit, whose count is an estimate. */
  isEstimate: boolean;
  /** The oldest request that was looked at, if there were more than could be. */
  since: string | null;
  callerCount: number;
  /** Callers of the refused requests with the most of them, at most 20. `calls` counts refused requests. */
  callers: ApiKeyCaller[];
};
export type ApiKeyActivity = {
  /** Decisions per hour over the last 7 days, oldest first, hours without any included. */
  hours: { start: string; allowed: number; denied: number }[];
  /** Where the key is used, the last caller first. */
  callers: KeyCaller[];
  /** The sum of its other callers, if there are too many to be counted one by one. */
  otherCallers: OtherCallers | null;
  /** Address blocks with one client that used it in the last hour. */
  callersInLastHour: number;
  /** The first allowed request within the log's retention. */
  firstRequest: { at: string; ip: string | null } | null;
  /** The newest denied request, as long as none has been allowed. */
  refusedRequest: RefusedRequest | null;
};
