import type { ListApiKeysQuery } from "@/lib/contracts/api-key-input";
import type { ApiKeyList, ApiKey as ApiKeyView, KeyMetadata, KeyReference } from "@/lib/contracts/api-keys";
import { AppError } from "@/lib/contracts/app-error";
import type { MemberActor } from "../actor";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { whereVisible } from "./key-access";
import { findKeyStandings, type KeyStanding, whereStatus } from "./key-status";
import { findKeyUses } from "./key-uses";

const related = {
  owner: { select: { name: true } },
  workspace: { select: { requestsPerMinute: true } },
} satisfies Prisma.ApiKeyInclude;
type KeyWithRelated = Prisma.ApiKeyGetPayload<{ include: typeof related }>;

/**
 * The keys that a member can see, newest first. The cursor is the id of the last key of the previous page: ids sort
 * by time.
 */
export async function listApiKeys(actor: MemberActor, query: ListApiKeysQuery): Promise<ApiKeyList> {
  const where: Prisma.ApiKeyWhereInput = {
    AND: [
      whereVisible(actor),
      whereStatus(actor.workspaceId, query.status, new Date()),
      query.owner ? { ownerId: query.owner } : {},
      whereSearch(query.search ?? ""),
    ],
  };
  const [rows, total] = await Promise.all([
    db().apiKey.findMany({
      where: { AND: [where, query.cursor ? { id: { lt: query.cursor } } : {}] },
      include: related,
      orderBy: { id: "desc" },
      take: query.limit + 1,
    }),
    db().apiKey.count({ where }),
  ]);
  const page = rows.slice(0, query.limit);
  return {
    keys: await toViews(page),
    total,
    nextCursor: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null,
  };
}

/** @throws AppError `not_found` */
export async function getApiKey(actor: MemberActor, keyId: string): Promise<ApiKeyView> {
  const row = await db().apiKey.findFirst({
    where: { AND: [whereVisible(actor), { id: keyId }] },
    include: related,
  });
  if (!row) throw new AppError("not_found", "API key not found.");
  const [view] = await toViews([row]);
  return view as ApiKeyView;
}

async function toViews(rows: KeyWithRelated[]): Promise<ApiKeyView[]> {
  const [uses, actors, standings, relatives] = await Promise.all([
    findKeyUses(rows.map(({ id }) => id)),
    findActorNames(rows),
    findKeyStandings(rows),
    findRelatives(rows),
  ]);
  return rows.map((row) => {
    const { status, statusReason, rights } = standings.get(row.id) as KeyStanding;
    return {
      id: row.id,
      name: row.name,
      prefix: row.prefix,
      suffix: row.suffix,
      owner: {
        userId: row.ownerId,
        name: row.owner.name,
        role: rights?.role ?? null,
      },
      createdBy: { type: row.createdByType, id: row.createdById, name: actors.get(row.createdById) ?? null },
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
      allowedIps: row.allowedIps,
      ownRateLimitPerMinute: row.rateLimitPerMinute,
      rateLimitPerMinute:
        row.rateLimitPerMinute ?? row.workspace.requestsPerMinute ?? runtime().env.rateLimitPerMinute,
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

/**
 * Matches the text that the console shows in a row: part of the name or the owner's name, the id, part of the hint,
 * or the whole hint (`kw_sk_9f3A…x1Zq`). `%`, `_`, and `\` match themselves.
 */
function whereSearch(search: string): Prisma.ApiKeyWhereInput {
  const text = search.trim();
  if (text === "") return {};
  const part = { contains: literally(text), mode: "insensitive" } as const;
  const [first = "", last, ...others] = text.split(/…|\.\.\./);
  const hint =
    last === undefined || others.length > 0
      ? []
      : [{ prefix: { startsWith: literally(first) }, suffix: { endsWith: literally(last) } }];
  return {
    OR: [
      { name: part },
      { owner: { OR: [{ name: part }, { email: part }] } },
      { id: text },
      { prefix: { contains: literally(text) } },
      { suffix: { contains: literally(text) } },
      ...hint,
    ],
  };
}

/** Prisma passes these characters to LIKE unescaped. */
function literally(text: string): string {
  return text.replaceAll(/[\\%_]/g, "\\$&");
}
