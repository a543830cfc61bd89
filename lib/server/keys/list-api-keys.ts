import { keyCursor, type ListApiKeysQuery } from "@/lib/contracts/api-key-list";
import type { ApiKeyList, ApiKey as ApiKeyView, KeyMetadata, KeyReference } from "@/lib/contracts/api-keys";
import { AppError } from "@/lib/contracts/app-error";
import { enforcedIps, enforcedRateLimit } from "@/lib/engine/keys/report-only";
import type { MemberActor } from "../actor";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { countKeys, findKeyPage } from "./find-api-keys";
import { findCreatedKeys } from "./find-created-keys";
import { whereVisible } from "./key-access";
import { findKeyStandings, type KeyStanding } from "./key-status";
import { findKeyUses, findUsedMethods } from "./key-uses";
import { reportOnlyOf } from "./report-only";

const related = {
  owner: { select: { name: true } },
  workspace: { select: { requestsPerMinute: true } },
} satisfies Prisma.ApiKeyInclude;
type KeyWithRelated = Prisma.ApiKeyGetPayload<{ include: typeof related }>;

/** A page of the keys that a member can see. */
export async function listApiKeys(
  actor: MemberActor,
  { filters, sort, after, limit }: ListApiKeysQuery,
): Promise<ApiKeyList> {
  const [found, { total, hidden }] = await Promise.all([
    findKeyPage(actor, filters, sort, after, limit + 1),
    countKeys(actor, filters),
  ]);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const ids = page.map(({ id }) => id);
  const keys = await getApiKeys(actor, ids);
  const methods = filters.concern === "excess_rights" ? await findUsedMethods(ids) : null;
  return {
    keys: keys.map((key) => ({ ...key, ...(methods?.has(key.id) && { usedMethods: methods.get(key.id) }) })),
    total,
    hidden,
    nextCursor: found.length > limit && last ? keyCursor(last) : null,
  };
}

/** The keys among these that a member can see, in this order. */
export async function getApiKeys(actor: MemberActor, ids: string[]): Promise<ApiKeyView[]> {
  const rows = await db().apiKey.findMany({
    where: { AND: [whereVisible(actor), { id: { in: ids } }] },
    include: related,
  });
  const views = new Map((await toViews(rows)).map((view) => [view.id, view]));
  return ids.flatMap((id) => views.get(id) ?? []);
}

/** @throws AppError `not_found` */
export async function getApiKey(actor: MemberActor, keyId: string): Promise<ApiKeyView> {
  const row = await db().apiKey.findFirst({
    where: { AND: [whereVisible(actor), { id: keyId }] },
    include: related,
  });
  if (!row) throw new AppError("not_found", "API key not found.");
  const [[view], created] = await Promise.all([toViews([row]), findCreatedKeys(db(), actor, keyId)]);
  return { ...(view as ApiKeyView), createdKeys: created.length };
}

async function toViews(rows: KeyWithRelated[]): Promise<ApiKeyView[]> {
  const [uses, actors, standings, relatives] = await Promise.all([
    findKeyUses(rows.map(({ id }) => id)),
    findActorNames(rows),
    findKeyStandings(rows),
    findRelatives(rows),
  ]);
  return rows.map((row) => {
    const { status, statusReason, ownerRole, rights } = standings.get(row.id) as KeyStanding;
    const limit =
      row.rateLimitPerMinute ?? row.workspace.requestsPerMinute ?? runtime().env.rateLimitPerMinute;
    const ownRateLimitPerMinute = enforcedRateLimit(row, Date.now(), limit);
    return {
      id: row.id,
      name: row.name,
      prefix: row.prefix,
      suffix: row.suffix,
      owner: {
        userId: row.ownerId,
        name: row.owner.name,
        role: ownerRole,
      },
      createdBy: { type: row.createdByType, id: row.createdById, name: actors.get(row.createdById) ?? null },
      role: rights?.role ?? null,
      permissionLevel: (rights ?? row).permissionLevel,
      canManageKeys: (rights ?? row).canManageKeys,
      permissions: rights ? [...rights.permissions] : [],
      createdWith: {
        permissionLevel: row.permissionLevel,
        permissions: row.permissions,
        canManageKeys: row.canManageKeys,
      },
      environment: row.environment,
      metadata: row.metadata as KeyMetadata,
      notes: row.notes,
      mailNewCallers: row.mailNewCallers,
      allowedIps: enforcedIps(row, Date.now()),
      reportOnly: reportOnlyOf(row),
      ownRateLimitPerMinute,
      rateLimitPerMinute: ownRateLimitPerMinute ?? limit,
      status,
      statusReason,
      createdAt: row.createdAt.toISOString(),
      expiresAt: row.expiresAt?.toISOString() ?? null,
      disabledAt: row.disabledAt?.toISOString() ?? null,
      disabledBy:
        row.disabledByType && row.disabledById
          ? { type: row.disabledByType, id: row.disabledById, name: actors.get(row.disabledById) ?? null }
          : null,
      disabledByAdmin: row.disabledByAdmin,
      revokedAt: row.revokedAt?.toISOString() ?? null,
      exposedAt: row.exposedAt?.toISOString() ?? null,
      exposedUrl: row.exposedUrl,
      exposureSettledAt: row.exposureSettledAt?.toISOString() ?? null,
      rotatedAt: row.rotatedAt?.toISOString() ?? null,
      successor: relatives.get(row.rotatedToId ?? "") ?? null,
      predecessor: relatives.get(`before ${row.id}`) ?? null,
      lastUse: uses.get(row.id)?.lastUse ?? null,
      activity: uses.get(row.id)?.activity ?? [],
    };
  });
}

/** Successors by their id, and predecessors by `before` and the id of their successor. */
async function findRelatives(rows: ApiKey[]): Promise<Map<string, KeyReference>> {
  const successors = rows.flatMap(({ rotatedToId }) => rotatedToId ?? []);
  const relatives = await db().apiKey.findMany({
    where: {
      workspaceId: { in: [...new Set(rows.map((row) => row.workspaceId))] },
      OR: [{ id: { in: successors } }, { rotatedToId: { in: rows.map(({ id }) => id) } }],
    },
    select: { id: true, prefix: true, suffix: true, rotatedToId: true },
  });
  return new Map(
    relatives.flatMap(({ rotatedToId, ...key }) => [
      [key.id, key],
      [`before ${rotatedToId}`, key],
    ]),
  );
}

/** The names of the people and keys that created or disabled these keys. */
async function findActorNames(rows: ApiKey[]): Promise<Map<string, string>> {
  const ids = [...new Set(rows.flatMap((row) => [row.createdById, row.disabledById ?? []].flat()))];
  const workspaceIds = [...new Set(rows.map((row) => row.workspaceId))];
  const [users, keys] = await Promise.all([
    db().user.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } }),
    db().apiKey.findMany({
      where: { id: { in: ids }, workspaceId: { in: workspaceIds } },
      select: { id: true, name: true },
    }),
  ]);
  return new Map([...users, ...keys].map(({ id, name }) => [id, name]));
}
