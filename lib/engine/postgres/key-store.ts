import { createHash } from "node:crypto";
import type { PermissionCatalog } from "@/lib/contracts/permission-catalog";
import { type KeyFormat, nativeFormat } from "../keys/key-format";
import type { KeyRecord } from "../keys/key-record";
import type { KeyStore, KeysRead } from "../keys/key-store";
import { type Catalog, compileCatalog, emptyCatalog } from "../permissions/catalog";
import type { DatabaseError, Pool, QueryConfig } from "./client";

/** How long a look-up may take before the waiting requests are answered 503. */
const timeoutMs = 2000;

type StoredKey = Omit<KeyRecord, "catalog">;
/** `declared` is null while we hold this version of the catalog. */
type Head = Pick<KeysRead, "epoch" | "timeline"> & { version: string; declared: PermissionCatalog | null };
type Row = Head & (StoredKey | { hash: null });

/** Keys in PostgreSQL. */
export class PostgresKeys implements KeyStore {
  /** False once we noticed a pooler in transaction mode, with which prepared statements don't work. */
  private prepares = true;

  /** The version of the permission catalog that was read last. */
  private catalog = emptyCatalog;

  constructor(private readonly pool: Pool) {}

  async findKeys(hashes: string[]): Promise<KeysRead> {
    const bytes = hashes.map((hash) => Buffer.from(hash, "hex"));
    const held = this.catalog;
    const rows = await this.ask(bytes, held).catch((error) => {
      if (!isOfPooler(error)) throw error;
      this.prepares = false;
      return this.ask(bytes, held);
    });
    const [{ epoch, timeline, version, declared }] = rows as [Row, ...Row[]];
    // Queries overlap, so `held` may no longer be the newest. It is the one that this query compared with.
    const catalog = declared ? compileCatalog(version, declared) : held;
    this.catalog = catalog;
    const found = rows.filter((row): row is Head & StoredKey => row.hash !== null);
    return { epoch, timeline, records: found.map((row) => recordOf(row, catalog)) };
  }

  async countKeys(): Promise<number> {
    const { rows } = await this.pool.query<{ count: number }>("SELECT count(*)::int AS count FROM api_keys");
    return rows[0]?.count ?? 0;
  }

  async listHashes(after: Buffer, limit: number): Promise<Buffer[]> {
    const { rows } = await this.pool.query<{ hash: Buffer }>(
      "SELECT hash FROM api_keys WHERE hash > $1 ORDER BY hash LIMIT $2",
      [after, limit],
    );
    return rows.map(({ hash }) => hash);
  }

  async loadFormats(configuredPrefix: string): Promise<KeyFormat[]> {
    const { prefix, length, checksummed } = nativeFormat(configuredPrefix);
    await this.pool.query(
      "INSERT INTO key_formats (prefix, length, checksummed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
      [prefix, length, checksummed],
    );
    const { rows } = await this.pool.query<KeyFormat>(
      "SELECT prefix, length, checksummed FROM key_formats ORDER BY created_at",
    );
    return rows;
  }

  private async ask(hashes: Buffer[], { version }: Catalog): Promise<Row[]> {
    const { rows } = await this.pool.query<Row>({
      ...(this.prepares && { name: statementName }),
      text: findStatement,
      values: [hashes, version],
      query_timeout: timeoutMs,
    } as QueryConfig);
    return rows;
  }
}

function recordOf(
  { epoch, timeline, version, declared, ...key }: Head & StoredKey,
  catalog: Catalog,
): KeyRecord {
  return { ...key, catalog };
}

/** The outer join returns a row even when no key is found. Roles are ordered from the highest, so the greatest is the lowest. */
const findStatement = `
  SELECT h.epoch, decisions.incarnation() AS timeline, c.version,
    CASE WHEN c.version <> $2 THEN jsonb_build_object('permissions', c.permissions, 'routes', c.routes) END AS declared,
    k.hash, k.id AS "keyId", k.prefix, k.suffix, k.name, k.workspace_id AS "workspaceId", k.owner_id AS "ownerId",
    k.workspace_id || '/' || k.owner_id AS "memberId",
    k.permission_level AS "permissionLevel", k.permissions, k.can_manage_keys AS "canManageKeys", k.environment,
    k.allowed_ips AS "allowedIps", k.report_only_ips AS "reportOnlyIps", k.report_only_enforce_at AS "reportOnlyEnforceAt",
    k.report_only_rate_limit AS "reportOnlyRateLimit", k.rate_limit_per_minute AS "rateLimitPerMinute",
    k.created_by_type AS "createdByType", k.created_by_id AS "createdById",
    k.created_at AS "createdAt", k.expires_at AS "expiresAt", k.lifetime_seconds AS "lifetimeSeconds",
    k.disabled_at AS "disabledAt", k.revoked_at AS "revokedAt", k.rotated_at AS "rotatedAt",
    w.name AS "workspaceName", w.external_id AS "externalWorkspaceId", m.external_id AS "externalUserId", k.metadata, w.api_access AS "apiAccess", w.requests_per_minute AS "workspaceRequestsPerMinute",
    CASE WHEN m.role IS NOT NULL THEN greatest(m.role, k.role_ceiling) END AS role, k.role_ceiling AS "roleCeiling", m.suspended_at IS NOT NULL AS "ownerSuspended",
    coalesce((SELECT json_agg(json_build_object('keyId', nullif(q.key_id, ''), 'meter', q.meter, 'limit', q.allowance, 'period', q.period))
      FROM quotas.quotas q WHERE q.workspace_id = k.workspace_id AND q.key_id IN ('', k.id)), '[]') AS quotas
  FROM decisions.invalidation_head h CROSS JOIN decisions.permission_catalog c
  LEFT JOIN (api_keys k
    JOIN workspaces w ON w.id = k.workspace_id
    LEFT JOIN members m ON m.workspace_id = k.workspace_id AND m.user_id = k.owner_id) ON k.hash = ANY($1::bytea[])`;

/** Contains a hash of the statement, because behind a pooler two versions of the program may share a connection. */
const statementName = `find-keys-${createHash("sha256").update(findStatement).digest("hex").slice(0, 8)}`;

/** duplicate_prepared_statement and invalid_sql_statement_name: typical of a pooler in transaction mode. */
function isOfPooler(error: unknown): boolean {
  return ["42P05", "26000"].includes((error as DatabaseError).code ?? "");
}
