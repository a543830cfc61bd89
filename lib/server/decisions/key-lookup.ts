import { timingSafeEqual } from "node:crypto";
import type { Pool } from "pg";
import { AppError } from "../app-error";
import type { KeyRecord } from "./key-record";

type Waiting = {
  hash: Buffer;
  resolve: (record: KeyRecord | null) => void;
  reject: (error: unknown) => void;
};

/** Longest one look-up may take before its requests are answered 503. */
const timeoutMilliseconds = 2000;

const query = `
  SELECT k.hash, k.id AS "keyId", k.prefix, k.suffix, k.name, k.workspace_id AS "workspaceId", k.owner_id AS "ownerId",
    k.permission_level AS "permissionLevel", k.can_manage_keys AS "canManageKeys", k.environment,
    k.allowed_ips AS "allowedIps", k.rate_limit_per_minute AS "rateLimitPerMinute",
    k.created_by_type AS "createdByType", k.created_by_id AS "createdById",
    k.created_at AS "createdAt", k.expires_at AS "expiresAt", k.lifetime_seconds AS "lifetimeSeconds",
    k.disabled_at AS "disabledAt", k.revoked_at AS "revokedAt",
    w.name AS "workspaceName", w.api_access AS "apiAccess", w.requests_per_minute AS "workspaceRequestsPerMinute",
    m.role, m.suspended_at IS NOT NULL AS "ownerSuspended", clock_timestamp() AS "readAt"
  FROM api_keys k
  JOIN workspaces w ON w.id = k.workspace_id
  LEFT JOIN members m ON m.workspace_id = k.workspace_id AND m.user_id = k.owner_id
  WHERE k.hash = ANY($1::bytea[])`;

/**
 * Finds keys by the hash of their secret. The look-ups of one turn of the event loop travel in one prepared query.
 * Guarantee: a look-up only joins a query that has not been sent yet, so that what it returns was read after it was asked
 * for. A revocation that was answered before a request came is therefore always seen by that request.
 */
export class KeyLookup {
  private waiting: Waiting[] = [];
  /** How many queries were sent: tests assert that a bad checksum costs none. */
  queries = 0;

  constructor(private readonly pool: Pool) {}

  find(hash: Buffer): Promise<KeyRecord | null> {
    return new Promise((resolve, reject) => {
      if (this.waiting.length === 0) setImmediate(() => void this.send());
      this.waiting.push({ hash, resolve, reject });
    });
  }

  private async send(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    this.queries += 1;
    try {
      const { rows } = await this.pool.query<KeyRecord>({
        name: "find-keys",
        text: query,
        values: [batch.map(({ hash }) => hash)],
        query_timeout: timeoutMilliseconds,
      } as { name: string; text: string; values: unknown[] });
      for (const { hash, resolve } of batch)
        resolve(rows.find((row) => timingSafeEqual(row.hash, hash)) ?? null);
    } catch {
      for (const { reject } of batch)
        reject(new AppError("unavailable", undefined, { retryAfterSeconds: 1 }));
    }
  }
}
