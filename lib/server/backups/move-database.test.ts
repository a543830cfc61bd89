import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/tests/database/database";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeSessionCookie, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { migrate } from "../migrate";
import { runtime } from "../runtime";
import { moveDatabase, reopenDatabase } from "./move-database";
import { withPatientClient } from "./patient-client";

useRuntime({ RATE_LIMIT_PER_MINUTE: "1000000" }, { jobs: false });
const call = useKeyApi();
let target: TestDatabase;

beforeAll(async () => {
  target = await createTestDatabase();
});
afterAll(() => target.drop());

test("a move loses no change that was answered, and keys are decided until the old database is closed", async () => {
  const { owner, actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  await makeSessionCookie(owner);
  const from = runtime().env.databaseUrl as string;
  const statuses: number[] = [];
  const created: string[] = [];
  let isMoved = false;
  const ask = async () => {
    while (!isMoved)
      statuses.push((await call("/api/public/v1/me", { headers: { "x-api-key": secret } })).status);
  };
  const change = async () => {
    while (!isMoved)
      await makeKey(actor).then(
        ({ key }) => created.push(key.id),
        () => {},
      );
  };
  const both = Promise.all([ask(), change()]);
  const migrations = path.resolve(import.meta.dirname, "../../../prisma/migrations");
  const moved = await moveDatabase(from, target.url, migrations, {
    keyward: "1.0.0",
    encryptionKeyId: "",
  }).finally(async () => {
    isMoved = true;
    await both;
  });
  expect(moved).toMatchObject({ unknownTables: [] });
  expect(created.length).toBeGreaterThan(0);
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(10);

  const idsIn = (database: string) =>
    withPatientClient(database, async (client) => {
      const { rows } = await client.query<{ id: string }>("SELECT id FROM api_keys ORDER BY id");
      return rows.map(({ id }) => id);
    });
  expect(await idsIn(target.url)).toEqual(await idsIn(from));
  expect(await idsIn(target.url)).toEqual(expect.arrayContaining(created));
  await withPatientClient(target.url, async (client) => {
    const { rows } = await client.query("SELECT count(*)::int AS sessions FROM sessions");
    expect(rows).toEqual([{ sessions: 1 }]);
  });
  await withPatientClient(from, (client) =>
    expect(client.query("DELETE FROM sessions")).rejects.toThrow("read-only transaction"),
  );

  await expect(migrate(from, migrations)).rejects.toThrow("it can only be read; set DATABASE_URL");

  await reopenDatabase(from);
  await withPatientClient(from, (client) => client.query("DELETE FROM sessions"));
});
