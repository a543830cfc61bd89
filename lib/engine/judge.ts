import type { KeyRecord } from "./keys/key-record";
import { type Refusal, refusalOf, rightsOfRecord } from "./keys/refusal";
import { enforcesReportOnly } from "./keys/report-only";
import { missingPermission, type PermissionDemand } from "./permissions/missing-permission";
import type { Rights } from "./permissions/rights";
import { addressMatches } from "./request/client-address";

/** What a key needs to allow for a request to pass. */
export type AccessRequirements = PermissionDemand & {
  /** Whether the request manages API keys. */
  managesKeys: boolean;
  /** Null when the calling service sent none. Keys with an IP allowlist are then denied. */
  clientIp: string | null;
  /** Only keys of this workspace pass. Null means any workspace. */
  workspaceId: string | null;
};

export type JudgedCode =
  | "revoked_key"
  | "disabled_key"
  | "expired_key"
  | "api_access_disabled"
  | "ip_not_allowed"
  | "insufficient_permissions";

export type Verdict =
  /** `wouldDeny` is the code with which a rule that isn't enforced yet would deny the request. A rate limit is counted later. */
  | { allowed: true; rights: Rights; wouldDeny: JudgedCode | "rate_limit_exceeded" | null }
  | { allowed: false; code: JudgedCode; message: string };

/**
 * Decides whether a key may make a request, apart from rate limit and quota. Pure, so that it can be tested as a table and
 * replayed. The order of the checks is public (docs/http-api.md, 2.2): the first that fails determines the code.
 */
export function judge(key: KeyRecord, required: AccessRequirements, now: number): Verdict {
  const refusal = refusalOf(key, now);
  if (refusal) return refused(refusal, key);
  const { clientIp } = required;
  const wouldDeny = isOutside(clientIp, key.reportOnlyIps) ? "ip_not_allowed" : null;
  if (isOutside(clientIp, key.allowedIps) || (wouldDeny && enforcesReportOnly(key, now)))
    return denied("ip_not_allowed", `This API key may not be used from ${clientIp ?? "an unknown address"}.`);
  if (required.workspaceId !== null && !isWorkspace(required.workspaceId, key))
    return denied("insufficient_permissions", "This API key belongs to another workspace.");
  const rights = rightsOfRecord(key);
  const missing = missingPermission(rights, key.catalog, required);
  if (missing) return denied("insufficient_permissions", missing);
  if (required.managesKeys && !rights.canManageKeys)
    return denied("insufficient_permissions", "This API key may not manage API keys.");
  return { allowed: true, rights, wouldDeny };
}

/** Whether a list of addresses, if there is one, lacks this address. */
function isOutside(clientIp: string | null, allowedIps: readonly string[]): boolean {
  if (allowedIps.length === 0) return false;
  return clientIp === null || !allowedIps.some((block) => addressMatches(clientIp, block));
}

/** A workspace is named by its id, or by `ext:` and its external id. */
function isWorkspace(named: string, key: KeyRecord): boolean {
  if (named === key.workspaceId) return true;
  return key.externalWorkspaceId !== null && named === `ext:${key.externalWorkspaceId}`;
}

function refused(refusal: Refusal, { revokedAt, expiresAt }: KeyRecord): Verdict {
  switch (refusal) {
    case "revoked":
      return denied(
        "revoked_key",
        `This API key was revoked on ${day(revokedAt)}. Create a new key under Account settings → API → API keys.`,
      );
    case "disabled":
      return denied(
        "disabled_key",
        "This API key is disabled. It can be enabled again under Account settings → API → API keys.",
      );
    case "owner_removed":
    case "owner_suspended":
      return denied("disabled_key", "The owner of this API key is suspended or has left the workspace.");
    case "expired":
      return denied(
        "expired_key",
        `This API key expired on ${day(expiresAt)}. Create a new key under Account settings → API → API keys.`,
      );
    case "api_access_off":
      return denied(
        "api_access_disabled",
        "API access is off for this workspace. An admin can switch it on in Account settings → Workspace.",
      );
  }
}

function denied(code: JudgedCode, message: string): Verdict {
  return { allowed: false, code, message };
}

function day(date: Date | null): string {
  return date?.toISOString().slice(0, 10) ?? "";
}
