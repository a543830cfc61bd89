import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { encodeLine, type NewEntry } from "@/lib/engine/log/entry-line";
import { Spool } from "@/lib/engine/log/spool";
import { clientConfig } from "@/lib/server/database";
import { createTestDatabase, type TestDatabase } from "../database/database";
import { sendHttp } from "../peers/http-client";
import { type StartedServer, startServer } from "../processes/started-server";
import { waitUntil } from "../wait-until";

vi.setConfig({ testTimeout: 60_000 });

let database: TestDatabase;
let client: pg.Client;
let server: StartedServer | undefined;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client(clientConfig(database.url));
  await client.connect();
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const dayOf = (offset: number) => new Date(Date.now() + offset * 24 * 60 * 60_000).toISOString().slice(0, 10);
const partitionOf = (offset: number) => `access_log.entries_${dayOf(offset).replaceAll("-", "")}`;

/** The partitions that contain these requests. */
async function partitions(requestIds: string[]): Promise<string[]> {
  const { rows } = await client.query<{ partition: string }>(
    "SELECT tableoid::regclass::text AS partition FROM access_log.entries WHERE request_id = ANY($1) ORDER BY at",
    [requestIds],
  );
  return rows.map(({ partition }) => partition);
}

/** Makes a call that is logged. */
async function denied(requestId: string): Promise<void> {
  const headers = { "x-api-key": "kw_sk_wrong", "x-request-id": requestId };
  const answer = await sendHttp(server?.port ?? 0, "/api/public/v1/me", { headers });
  expect(answer.status).toBe(401);
}

test("S73 a server starts although today's partition is missing and its rows are in the default partition, and moves each row into its partition", async () => {
  for (const offset of [0, -20]) {
    await client.query(`DROP TABLE IF EXISTS ${partitionOf(offset)}`);
    await client.query(
      `INSERT INTO access_log.entries (at, writer, seq, kind, request_id, source, outcome, status, code)
       VALUES ($1, $2, 1, 'decision', $3, 'api', 'allowed', 200, 'valid')`,
      [`${dayOf(offset)}T00:00:01Z`, randomUUID(), `before ${offset}`],
    );
  }
  const rows = ["before 0", "before -20", "after"];
  expect(await partitions(rows)).toEqual(Array(2).fill("access_log.entries_default"));
  server = await startServer({ DATABASE_URL: database.url });
  await denied("after");
  const expected = [partitionOf(-20), partitionOf(0), partitionOf(0)];
  await waitUntil("each row is in its partition", async () => {
    const found = await partitions(rows);
    return JSON.stringify(found) === JSON.stringify(expected);
  });
});

test("a server works while the spool of a dead writer can't be copied, and copies it afterwards", async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), "keyward-test-"));
  const dead = randomUUID();
  const spool = new Spool(path.join(dataDir, "spool", dead), false);
  const entry: NewEntry = {
    kind: "decision",
    ...{ requestId: "left behind", workspaceId: null, keyId: null, userId: null },
    source: "api",
    outcome: "denied",
    code: "invalid_key",
    ...{ method: "GET", path: "/", status: 401 },
    ...{ ip: null, userAgent: null },
  };
  spool.append(1, 1, encodeLine(entry, Date.now() * 1000, dead, 1));
  spool.close();
  // Block copying by locking the writer's row.
  await client.query(
    "INSERT INTO access_log.writers (id, frontier_at, renewed_at) VALUES ($1, now(), now() - interval '1 hour')",
    [dead],
  );
  await client.query("BEGIN");
  await client.query("SELECT FROM access_log.writers WHERE id = $1 FOR UPDATE", [dead]);
  server = await startServer({ DATABASE_URL: database.url, DATA_DIR: dataDir });
  await denied("while it waits");
  expect(await partitions(["left behind"])).toEqual([]);
  await client.query("ROLLBACK");
  await waitUntil("the backlog is copied", async () => (await partitions(["left behind"])).length === 1);
});
