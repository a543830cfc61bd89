import { hashSecret } from "@/lib/server/api-keys/key-format";
import type { Database } from "./bench-database";

/**
 * Makes keys like one that is there until its workspace has so many, of these secrets first. Nothing tells instances of them:
 * none runs yet.
 */
export async function addKeys(
  database: Pick<Database, "query">,
  keyId: string,
  count: number,
  secrets: string[],
): Promise<void> {
  await database.query("ALTER TABLE api_keys DISABLE TRIGGER USER");
  await database.query(
    `INSERT INTO api_keys (id, workspace_id, owner_id, name, hash, prefix, suffix, permission_level, environment, created_by_type,
       created_by_id)
     SELECT 'key_' || to_char(number, 'FM00000000000000000000000000'), workspace_id, owner_id, 'key ' || number,
       coalesce(($3::bytea[])[number], sha256(number::text::bytea)), prefix, suffix, permission_level, environment,
       created_by_type, created_by_id
     FROM api_keys, generate_series((SELECT count(*) FROM api_keys), $2 - 1) AS number WHERE id = $1`,
    [keyId, count, secrets.map(hashSecret)],
  );
  await database.query("ALTER TABLE api_keys ENABLE TRIGGER USER");
}
