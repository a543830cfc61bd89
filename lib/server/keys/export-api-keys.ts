import { stringify } from "csv-stringify/sync";
import type { KeyListFilters, KeyPosition } from "@/lib/contracts/api-key-list";
import type { ApiKey } from "@/lib/contracts/api-keys";
import type { MemberActor } from "../actor";
import { findKeyPage } from "./find-api-keys";
import { getApiKeys } from "./list-api-keys";

const pageSize = 500;

const columns: Record<string, (key: ApiKey) => string | number | boolean | null> = {
  key_id: (key) => key.id,
  name: (key) => key.name,
  key: (key) => `${key.prefix}…${key.suffix}`,
  status: (key) => key.status,
  owner: (key) => key.owner.name,
  owner_id: (key) => key.owner.userId,
  permission_level: (key) => key.permissionLevel,
  permissions: (key) => key.permissions.join(" "),
  can_manage_keys: (key) => key.canManageKeys,
  environment: (key) => key.environment,
  allowed_ips: (key) => key.allowedIps.join(" "),
  rate_limit_per_minute: (key) => key.rateLimitPerMinute,
  created_at: (key) => key.createdAt,
  created_by: (key) => key.createdBy.name ?? key.createdBy.id,
  expires_at: (key) => key.expiresAt,
  last_used_at: (key) => key.lastUse?.at ?? null,
  last_used_from: (key) => key.lastUse?.ip ?? null,
  disabled_at: (key) => key.disabledAt,
  revoked_at: (key) => key.revokedAt,
  rotated_to: (key) => key.successor?.id ?? null,
  metadata: (key) => JSON.stringify(key.metadata),
  notes: (key) => key.notes,
};

/**
 * The keys that a member can see as CSV (RFC 4180), oldest first, in pieces: no more than a page is in memory. Text that a
 * spreadsheet would take for a formula begins with an apostrophe (S57).
 */
export async function* exportApiKeys(actor: MemberActor, filters: KeyListFilters): AsyncGenerator<string> {
  yield toCsv([Object.keys(columns)]);
  let after: KeyPosition | null = null;
  while (true) {
    const page: KeyPosition[] = await findKeyPage(
      actor,
      filters,
      { column: "created", descending: false },
      after,
      pageSize,
    );
    const keys = await getApiKeys(
      actor,
      page.map(({ id }) => id),
    );
    if (keys.length > 0) yield toCsv(keys.map((key) => Object.values(columns).map((cell) => cell(key))));
    after = page.at(-1) ?? null;
    if (page.length < pageSize) return;
  }
}

function toCsv(rows: (string | number | boolean | null)[][]): string {
  return stringify(rows, {
    escape_formulas: true,
    record_delimiter: "windows",
    cast: { boolean: (value) => String(value) },
  });
}
