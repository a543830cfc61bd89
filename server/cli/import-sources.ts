import { createHash } from "node:crypto";
import type { ImportRecord } from "@/lib/server/keys/import-records";

/** Converts the records of other systems to import lines (lib/contracts/key-import-input.ts). */
export const importSources = ["jsonl", "csv", "unkey", "better-auth", "kong"] as const;
export type ImportSource = (typeof importSources)[number];

/** What a source doesn't tell about its keys. */
export type SourceDefaults = { keyPrefix?: string | undefined; keyLength?: number | undefined };

type Fields = Record<string, unknown>;

/** Converts a record. What can't be converted is left to the import, which says what is wrong. */
export function convertRecord(
  source: ImportSource,
  record: ImportRecord,
  defaults: SourceDefaults,
): ImportRecord {
  if (source === "jsonl" || source === "csv" || !("value" in record)) return record;
  const { line, value } = record;
  if (typeof value !== "object" || value === null) return record;
  return { line, value: converters[source](value as Fields, defaults) };
}

const converters: Record<
  Exclude<ImportSource, "jsonl" | "csv">,
  (record: Fields, defaults: SourceDefaults) => Fields
> = {
  unkey: fromUnkey,
  "better-auth": fromBetterAuth,
  kong: fromKong,
};

/** Unkey's `keys` table, or the keys of `keys.migrateKeys`: `hash` is SHA-256 in base64, `start` the first characters. */
function fromUnkey(record: Fields, { keyPrefix, keyLength }: SourceDefaults): Fields {
  const hash = record.hash as { value?: unknown } | string | undefined;
  const start = typeof record.start === "string" ? record.start : "";
  const expires = record.expires;
  return {
    sha256: typeof hash === "object" ? hash?.value : hash,
    name: record.name || "imported key",
    key_prefix: keyPrefix ?? (typeof record.prefix === "string" ? `${record.prefix}_` : prefixOf(start)),
    key_suffix: "",
    length: keyLength,
    permission_level: "read_write",
    ...metadataOf(record.meta),
    ...(typeof expires === "number" && { expires_at: new Date(expires).toISOString() }),
    ...(record.enabled === false && { disabled: true }),
  };
}

/** better-auth's `apikey` table: `key` is SHA-256 in base64url. Secrets have 64 characters after the prefix by default. */
function fromBetterAuth(record: Fields, { keyPrefix, keyLength }: SourceDefaults): Fields {
  const prefix = keyPrefix ?? (typeof record.prefix === "string" ? record.prefix : "");
  const expires = record.expiresAt;
  return {
    sha256: record.key,
    name: record.name || "imported key",
    key_prefix: prefix,
    key_suffix: "",
    length: keyLength ?? prefix.length + 64,
    permission_level: "read_write",
    ...metadataOf(record.metadata),
    ...((typeof expires === "string" || typeof expires === "number") && {
      expires_at: new Date(expires).toISOString(),
    }),
    ...(record.enabled === false && { disabled: true }),
  };
}

/** Kong's key-auth credentials, which are plain. Only their hash leaves this function. */
function fromKong(record: Fields, { keyPrefix }: SourceDefaults): Fields {
  const key = typeof record.key === "string" ? record.key : "";
  const consumer = record.consumer as { username?: unknown; custom_id?: unknown } | undefined;
  const { created_at: createdAt, ttl } = record;
  return {
    sha256: key === "" ? undefined : createHash("sha256").update(key).digest("hex"),
    name: consumer?.username || consumer?.custom_id || "imported key",
    key_prefix: keyPrefix ?? prefixOf(key),
    key_suffix: key.slice(-4),
    length: key.length,
    permission_level: "read_write",
    ...(typeof ttl === "number" &&
      typeof createdAt === "number" && { expires_at: new Date((createdAt + ttl) * 1000).toISOString() }),
  };
}

/** The constant part up to the last underscore, such as `acme_live_`. */
export function prefixOf(start: string): string {
  return /^[A-Za-z0-9_-]{2,19}_/.exec(start)?.[0] ?? "";
}

/** Flat values only. The rest stays with the other system. */
function metadataOf(value: unknown): { metadata?: Fields } {
  let metadata = value;
  if (typeof value === "string") {
    try {
      metadata = JSON.parse(value);
    } catch {
      return {};
    }
  }
  if (typeof metadata !== "object" || metadata === null) return {};
  const flat = Object.entries(metadata).filter(([, one]) =>
    ["string", "number", "boolean"].includes(typeof one),
  );
  return flat.length === 0 ? {} : { metadata: Object.fromEntries(flat) };
}
