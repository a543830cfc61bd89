import { hashSecret } from "@/lib/engine/keys/key-format";
import type { Database } from "./bench-database";

/** How many live keys a workspace may have (API_KEYS_PER_WORKSPACE). */
const mostOfAWorkspace = 10_000;

/**
 * Copies an existing key until there are `count` keys, with the given secrets first: up to ten thousand in its workspace, the rest
 * in other workspaces. No instance may be running, because none is notified.
 */
export async function addKeys(
  database: Pick<Database, "query">,
  keyId: string,
  count: number,
  secrets: string[],
): Promise<void> {
  const others = Math.ceil(count / mostOfAWorkspace) - 1;
  for (const [table, id] of [
    ["workspaces", "id"],
    ["members", "workspace_id"],
  ])
    await database.query(
      `INSERT INTO ${table} SELECT (jsonb_populate_record(t, jsonb_build_object('${id}', 'ws_other_' || number, 'slug', 'other-' || number))).*
       FROM ${table} t, generate_series(1, $2::int) AS number WHERE t.${id} = (SELECT workspace_id FROM api_keys WHERE id = $1)
       ON CONFLICT DO NOTHING`,
      [keyId, others],
    );
  await database.query("ALTER TABLE api_keys DISABLE TRIGGER USER");
  await database.query(
    `INSERT INTO api_keys (id, workspace_id, owner_id, name, hash, prefix, suffix, permission_level, environment, created_by_type,
       created_by_id)
     SELECT 'key_' || to_char(number, 'FM00000000000000000000000000'),
       CASE WHEN number < $4 THEN workspace_id ELSE 'ws_other_' || number / $4 END, owner_id, 'key ' || number,
       coalesce(($3::bytea[])[number], sha256(number::text::bytea)), prefix, suffix, permission_level, environment,
       created_by_type, created_by_id
     FROM api_keys, generate_series((SELECT count(*) FROM api_keys), $2::int - 1) AS number WHERE id = $1`,
    [keyId, count, secrets.map(hashSecret), mostOfAWorkspace],
  );
  await database.query("ALTER TABLE api_keys ENABLE TRIGGER USER");
}
