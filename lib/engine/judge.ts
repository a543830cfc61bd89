import type { Role } from "@/lib/contracts/permissions";
import type { KeyRecord } from "./keys/key-record";
import { type Refusal, type Rights, refusalOf, rightsOf } from "./keys/refusal";
import { addressMatches } from "./request/client-address";

/** What a request asks of a key. */
export type AccessRequirements = {
  /** Whether it may change something: an unsafe method, or one that a header would override to. */
  writes: boolean;
  /** Whether it manages API keys. */
  managesKeys: boolean;
  /** Null where the service that asks did not say: a key bound to addresses is then refused. */
  clientIp: string | null;
  /** Only keys of this workspace pass; null means of any. */
  workspaceId: string | null;
  /** Whatever else the one who asks makes a condition of the key's rights. */
  extraCondition?: ((rights: Rights) => boolean) | null;
};

export type JudgedCode =
  | "revoked_key"
  | "disabled_key"
  | "expired_key"
  | "api_access_disabled"
  | "ip_not_allowed"
  | "insufficient_permissions";

export type Verdict =
  | { allowed: true; rights: Rights }
  | { allowed: false; code: JudgedCode; message: string };

/**
 * May this key make this request, rate limit and quota apart? Pure: the same arguments give the same verdict, so that it can be
 * tested as a table and replayed. The order of checks is public (docs/http-api.md, 2.2).
 */
export function judge(key: KeyRecord, demand: AccessRequirements, now: number): Verdict {
  const refusal = refusalOf(key, now);
  if (refusal) return refused(refusal, key);
  const { clientIp } = demand;
  if (
    key.allowedIps.length > 0 &&
    !(clientIp !== null && key.allowedIps.some((block) => addressMatches(clientIp, block)))
  )
    return denied(
      "ip_not_allowed",
      `This API key may not be used from ${clientIp ?? "an address that is not told"}.`,
    );
  if (demand.workspaceId !== null && demand.workspaceId !== key.workspaceId)
    return denied("insufficient_permissions", "This API key belongs to another workspace.");
  const rights = rightsOf(key, key.role as Role);
  if (demand.writes && rights.permissionLevel !== "read_write") {
    return denied(
      "insufficient_permissions",
      "This API key is read-only: it may call GET, HEAD and OPTIONS.",
    );
  }
  if (demand.managesKeys && !rights.canManageKeys)
    return denied("insufficient_permissions", "This API key may not manage API keys.");
  if (demand.extraCondition && !demand.extraCondition(rights))
    return denied("insufficient_permissions", "This API key lacks a permission that was asked for.");
  return { allowed: true, rights };
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
