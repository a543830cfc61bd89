import type { Runtime } from "../runtime";
import { encryptionKeyId } from "./encryption-key-id";

/** Records which encryption keys this instance has. An instance gets another id when it loses its lease, so this runs again and again. */
export async function tellEncryptionKeys({ pool, engine, encryptionKeys }: Runtime): Promise<void> {
  const { instanceId } = engine.leaseKeeper;
  if (instanceId === null) return;
  await pool.query(
    `INSERT INTO secrets.instance_keys (instance_id, key_ids) VALUES ($1, $2) ON CONFLICT (instance_id) DO NOTHING`,
    [instanceId, encryptionKeys.map(encryptionKeyId)],
  );
  await pool.query(
    `DELETE FROM secrets.instance_keys k WHERE NOT EXISTS (SELECT FROM decisions.instances i WHERE i.id = k.instance_id)`,
  );
}

export type InstancesWithKeys = {
  /** Running instances. */
  running: number;
  /** Those that can't decrypt with our first key, or haven't said which keys they have. */
  withoutFirstKey: number;
  /** Those that encrypt with another key than our first. */
  encryptingWithAnother: number;
};

/** What running instances can do with the first of our encryption keys. One counts until it has been silent for ten seconds. */
export async function compareInstanceKeys({ pool, encryptionKeys }: Runtime): Promise<InstancesWithKeys> {
  const { rows } = await pool.query<InstancesWithKeys>(
    `SELECT count(*) AS running,
       count(*) FILTER (WHERE NOT coalesce($1 = ANY (k.key_ids), false)) AS "withoutFirstKey",
       count(*) FILTER (WHERE k.key_ids[1] IS DISTINCT FROM $1) AS "encryptingWithAnother"
     FROM decisions.instances i LEFT JOIN secrets.instance_keys k ON k.instance_id = i.id
     WHERE i.renewed_at > clock_timestamp() - interval '10 seconds'`,
    [encryptionKeyId(encryptionKeys[0] as Buffer)],
  );
  return rows[0] as InstancesWithKeys;
}
