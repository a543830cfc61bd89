import type { KeyStatus, StatusReason } from "@/lib/contracts/api-keys";
import { lowerRole, type Role } from "@/lib/contracts/permissions";
import { type Refusal, refusalOf } from "@/lib/engine/keys/refusal";
import { type Rights, rightsOf } from "@/lib/engine/permissions/rights";
import { type ApiKey, Prisma } from "../generated/prisma/client";
import { db } from "../runtime";
import { readCatalog } from "./permission-catalog";

export type KeyStanding = {
  /** The status that a request with this key would get now. */
  status: KeyStatus;
  /** The reason, if it isn't the key itself. */
  statusReason: StatusReason | null;
  /** Null if the owner has left. */
  ownerRole: Role | null;
  /** What the key can do now, and the role that it acts with. Null if its owner has left. */
  rights: Rights | null;
};

const statuses: Record<Refusal, [KeyStatus, StatusReason | null]> = {
  revoked: ["revoked", null],
  disabled: ["disabled", null],
  owner_removed: ["disabled", "owner_removed"],
  owner_suspended: ["disabled", "owner_suspended"],
  expired: ["expired", null],
  api_access_off: ["disabled", "api_access_off"],
};

/** The current status and rights of each key, by key id, taking its owner and workspace into account. */
export async function findKeyStandings(keys: readonly ApiKey[]): Promise<Map<string, KeyStanding>> {
  const workspaces = await db().workspace.findMany({
    where: { id: { in: [...new Set(keys.map(({ workspaceId }) => workspaceId))] } },
    select: {
      id: true,
      apiAccess: true,
      members: {
        where: { userId: { in: [...new Set(keys.map(({ ownerId }) => ownerId))] } },
        select: { userId: true, role: true, suspendedAt: true },
      },
    },
  });
  const catalog = await readCatalog();
  const byId = new Map(workspaces.map((workspace) => [workspace.id, workspace]));
  const now = Date.now();
  return new Map(
    keys.map((key) => {
      const workspace = byId.get(key.workspaceId);
      const member = workspace?.members.find(({ userId }) => userId === key.ownerId);
      const role = member ? lowerRole(member.role, key.roleCeiling) : null;
      const ownerSuspended = Boolean(member?.suspendedAt);
      const refusal = refusalOf(
        { ...key, role, ownerSuspended, apiAccess: workspace?.apiAccess ?? false },
        now,
      );
      const [status, statusReason] = refusal ? statuses[refusal] : (["active", null] as const);
      const rights = role && rightsOf(key, role, catalog);
      return [key.id, { status, statusReason, ownerRole: member?.role ?? null, rights }];
    }),
  );
}

export async function findKeyStatus(key: ApiKey): Promise<KeyStatus> {
  return (await findKeyStandings([key])).get(key.id)?.status ?? "revoked";
}

/** A query condition for keys with this status. It must agree with `findKeyStandings`. */
export function whereStatus(
  workspaceId: string,
  status: KeyStatus | "all",
  now: Date,
): Prisma.ApiKeyWhereInput {
  const ownerActive = { owner: { members: { some: { workspaceId, suspendedAt: null } } } };
  const switchedOff = { OR: [{ disabledAt: { not: null } }, { NOT: ownerActive }] };
  const alive = { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
  const accessOff = { workspace: { apiAccess: false } };
  switch (status) {
    case "all":
      return {};
    case "revoked":
      return { revokedAt: { not: null } };
    case "disabled":
      return { revokedAt: null, OR: [switchedOff, { AND: [alive, accessOff] }] };
    case "expired":
      return { revokedAt: null, expiresAt: { lte: now }, NOT: switchedOff };
    case "active":
      return { revokedAt: null, AND: [alive, { NOT: switchedOff }, { NOT: accessOff }] };
  }
}

/** The status of the key `k`, with its workspace `w` and its owner's membership `m`. It must agree with `findKeyStandings`. */
export function statusSql(now: Date): Prisma.Sql {
  return Prisma.sql`
    CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked'
      WHEN k.disabled_at IS NOT NULL OR m.user_id IS NULL OR m.suspended_at IS NOT NULL THEN 'disabled'
      WHEN k.expires_at <= ${now} THEN 'expired'
      WHEN NOT w.api_access THEN 'disabled'
      ELSE 'active' END`;
}
