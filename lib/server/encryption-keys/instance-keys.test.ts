import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { runtime } from "../runtime";
import { compareInstanceKeys, tellEncryptionKeys } from "./instance-keys";

useRuntime({}, { jobs: false });
const [old, fresh] = [randomBytes(32), randomBytes(32)];
const compare = (encryptionKeys: Buffer[]) => compareInstanceKeys({ ...runtime(), encryptionKeys });

/** What the running instance has, after a restart with these keys. */
async function tell(encryptionKeys: Buffer[]): Promise<void> {
  await runtime().pool.query("DELETE FROM secrets.instance_keys");
  await tellEncryptionKeys({ ...runtime(), encryptionKeys });
}

test("a running instance counts as one without the key until it has said which keys it has", async () => {
  expect(await compare([fresh, old])).toEqual({ running: 1, withoutFirstKey: 1, encryptingWithAnother: 1 });
  await tell([old]);
  expect(await compare([fresh, old])).toEqual({ running: 1, withoutFirstKey: 1, encryptingWithAnother: 1 });
  await tell([old, fresh]);
  expect(await compare([fresh, old])).toEqual({ running: 1, withoutFirstKey: 0, encryptingWithAnother: 1 });
  await tell([fresh, old]);
  expect(await compare([fresh, old])).toEqual({ running: 1, withoutFirstKey: 0, encryptingWithAnother: 0 });
});

test("what an instance said is forgotten with it, and a dead instance counts for ten seconds only", async () => {
  const { pool } = runtime();
  await tell([old]);
  await pool.query("INSERT INTO secrets.instance_keys VALUES (gen_random_uuid(), '{gone}')");
  await pool.query(
    `INSERT INTO decisions.instances (id, incarnation, lease_ms, renewed_at)
     VALUES (gen_random_uuid(), decisions.incarnation(), 2000, clock_timestamp() - interval '11 seconds')`,
  );
  await tellEncryptionKeys({ ...runtime(), encryptionKeys: [old] });
  expect((await pool.query("SELECT FROM secrets.instance_keys")).rowCount).toBe(1);
  expect((await compare([old])).running).toBe(1);
});

test("the keys themselves aren't stored", async () => {
  await tell([old, fresh]);
  const { rows } = await runtime().pool.query<{ row: string }>(
    "SELECT k::text AS row FROM secrets.instance_keys k",
  );
  for (const key of [old, fresh])
    for (const encoding of ["hex", "base64", "base64url"] as const)
      expect(rows[0]?.row).not.toContain(key.toString(encoding).slice(0, 12));
});
