import { defaultEnvironment } from "@/lib/contracts/environments";
import type { ImportLine } from "@/lib/contracts/key-import-input";
import type { SystemActor } from "../actor";
import type { Prisma } from "../generated/prisma/client";
import { newId } from "../new-id";

type Transaction = Prisma.TransactionClient;
export type ImportedKey = { line: ImportLine; ownerId: string };

/** Those of the hashes that a key of any workspace has, in hexadecimal. */
export async function findTakenHashes(transaction: Transaction, hashes: Buffer[]): Promise<Set<string>> {
  const taken = await transaction.$queryRaw<{ hash: string }[]>`
    SELECT encode(hash, 'hex') AS hash FROM api_keys
    WHERE hash IN (SELECT decode(one, 'hex') FROM unnest(${hashes.map(hex)}::text[]) AS one)`;
  return new Set(taken.map(({ hash }) => hash));
}

/**
 * Inserts keys with one parameter for all of them: with one for each column of each row, building and reading the query takes
 * longer than PostgreSQL takes for the rows.
 * @returns The hashes of the inserted keys, in hexadecimal. A hash that another transaction has just inserted is left out.
 */
export async function insertImportedKeys(
  transaction: Transaction,
  actor: SystemActor,
  keys: ImportedKey[],
): Promise<Set<string>> {
  const service = actor.service;
  const inserted = await transaction.$queryRaw<{ hash: string }[]>`
    INSERT INTO api_keys (id, workspace_id, owner_id, name, hash, prefix, suffix, permission_level, permissions, environment,
      allowed_ips, metadata, expires_at, created_by_type, created_by_id,
      disabled_at, disabled_by_admin, disabled_by_type, disabled_by_id)
    SELECT id, ${actor.workspaceId}, owner_id, name, decode(hash, 'hex'), prefix, suffix, permission_level::"PermissionLevel",
      permissions, environment, allowed_ips, metadata, expires_at, ${service === undefined ? "system" : "service"}::"CreatorType",
      ${service ?? "system"}, CASE WHEN disabled THEN now() END, disabled, CASE WHEN disabled THEN 'system'::"CreatorType" END,
      CASE WHEN disabled THEN 'system' END
    FROM jsonb_to_recordset(${JSON.stringify(keys.map(rowOf))}::jsonb) AS row (id text, owner_id text, name text, hash text,
      prefix text, suffix text, permission_level text, permissions text[], environment text, allowed_ips text[],
      metadata jsonb, expires_at timestamptz, disabled boolean)
    ON CONFLICT (hash) DO NOTHING
    RETURNING encode(hash, 'hex') AS hash`;
  return new Set(inserted.map(({ hash }) => hash));
}

function rowOf({ line, ownerId }: ImportedKey) {
  return {
    id: newId("key"),
    owner_id: ownerId,
    name: line.name,
    hash: hex(line.sha256),
    prefix: line.key_prefix,
    suffix: line.key_suffix,
    permission_level: line.permission_level,
    permissions: line.permissions ?? [],
    environment: line.environment ?? defaultEnvironment,
    allowed_ips: line.allowed_ips ?? [],
    metadata: line.metadata ?? {},
    expires_at: line.expires_at ? new Date(line.expires_at).toISOString() : null,
    disabled: line.disabled ?? false,
  };
}

function hex(hash: Buffer): string {
  return hash.toString("hex");
}
