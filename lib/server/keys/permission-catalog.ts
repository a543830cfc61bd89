import { randomUUID } from "node:crypto";
import { AppError, invalidField } from "@/lib/contracts/app-error";
import type { PermissionCatalog } from "@/lib/contracts/permission-catalog";
import { type Role, roleMay } from "@/lib/contracts/permissions";
import type { Receipt } from "@/lib/engine/leases/rejection-watch";
import { type Catalog, compileCatalog } from "@/lib/engine/permissions/catalog";
import { type RightsFields, rightsOf } from "@/lib/engine/permissions/rights";
import type { Origin } from "../actor";
import { recordServerEvent } from "../audit/record-audit-event";
import type { Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";

type Database = Pick<Prisma.TransactionClient, "$queryRaw">;

/** What the operator declares now. */
export async function readPermissionCatalog(
  database: Database = db(),
): Promise<PermissionCatalog & { version: string }> {
  const [row] = await database.$queryRaw<(PermissionCatalog & { version: string })[]>`
    SELECT version, permissions, routes FROM decisions.permission_catalog`;
  return row as PermissionCatalog & { version: string };
}

/** The same as decisions use it. */
export async function readCatalog(database: Database = db()): Promise<Catalog> {
  const { version, ...declared } = await readPermissionCatalog(database);
  return compileCatalog(version, declared);
}

/**
 * Replaces the catalog. Every instance judges by the new one when this returns.
 * @throws AppError `conflict` if the access of a name would change, even of one that was removed: keys may still have it.
 */
export async function replacePermissionCatalog(
  { permissions, routes }: PermissionCatalog,
  origin: Origin,
  service: string | null = null,
): Promise<Receipt> {
  await db().$transaction(async (transaction) => {
    // Locks the row, so that concurrent replacements come one after the other.
    const [before] = await transaction.$queryRaw<PermissionCatalog[]>`
      SELECT permissions, routes FROM decisions.permission_catalog FOR UPDATE`;
    const names = permissions.map(({ name }) => name);
    const accesses = permissions.map(({ access }) => access);
    const [changed] = await transaction.$queryRaw<{ name: string; access: string }[]>`
      SELECT known.name, known.access FROM decisions.permission_names known
      JOIN unnest(${names}::text[], ${accesses}::text[]) AS declared (name, access) USING (name)
      WHERE known.access <> declared.access LIMIT 1`;
    if (changed)
      throw new AppError(
        "conflict",
        `The permission ${changed.name} has the access ${changed.access}, which never changes, not even after it was removed: keys may still have it. Declare another name.`,
      );
    await transaction.$executeRaw`
      INSERT INTO decisions.permission_names (name, access)
      SELECT * FROM unnest(${names}::text[], ${accesses}::text[]) ON CONFLICT DO NOTHING`;
    await transaction.$executeRaw`
      UPDATE decisions.permission_catalog SET version = ${randomUUID()}, updated_at = now(),
        permissions = ${JSON.stringify(permissions)}::jsonb, routes = ${JSON.stringify(routes)}::jsonb`;
    const target = { type: "permission_catalog", id: "permissions", name: "Permissions" } as const;
    const details = {
      ...namesChanged(before?.permissions ?? [], permissions),
      permissions: { from: before?.permissions.length ?? 0, to: permissions.length },
      routes: { from: before?.routes.length ?? 0, to: routes.length },
    };
    await recordServerEvent(transaction, "permission_catalog.replaced", target, details, origin, service);
  });
  return runtime().engine.rejections.waitUntilRejectedEverywhere();
}

function namesChanged(before: PermissionCatalog["permissions"], after: PermissionCatalog["permissions"]) {
  const [old, now] = [before, after].map((list) => new Set(list.map(({ name }) => name)));
  const added = [...(now as Set<string>)].filter((name) => !old?.has(name));
  const removed = [...(old as Set<string>)].filter((name) => !now?.has(name));
  return { ...(added.length > 0 && { added }), ...(removed.length > 0 && { removed }) };
}

/** @throws AppError `invalid_request` naming the field if a name isn't declared. */
export function requireDeclared(names: readonly string[], catalog: Catalog): void {
  const unknown = names.filter((name) => !catalog.names.has(name));
  if (unknown.length > 0)
    throw invalidField(
      "permissions",
      catalog.names.size === 0
        ? "The operator of this server declares no permissions."
        : `${unknown.slice(0, 5).join(", ")}: not declared.`,
    );
}

/**
 * What a key keeps when its owner changes: nothing that the previous owner's role didn't allow, because anyone who knows the secret
 * must not gain from a new owner with a higher role. Names that aren't declared at the moment count by the access that they had.
 */
export async function rightsToKeep(database: Database, key: RightsFields, role: Role): Promise<RightsFields> {
  const { permissionLevel, canManageKeys } = rightsOf(key, role, await readCatalog(database));
  if (permissionLevel !== "custom" || roleMay(role, "api_key.create_read_write"))
    return { permissionLevel, canManageKeys, permissions: key.permissions };
  const readable = await database.$queryRaw<{ name: string }[]>`
    SELECT name FROM decisions.permission_names WHERE access = 'read' AND name = ANY(${key.permissions}::text[])`;
  return { permissionLevel, canManageKeys, permissions: readable.map(({ name }) => name).sort() };
}
