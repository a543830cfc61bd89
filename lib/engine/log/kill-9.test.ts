import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import { expect, test } from "vitest";
import { db, runtime } from "@/lib/server/runtime";
import { expectCounted } from "@/tests/database/expect-counted";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useBundle } from "@/tests/processes/bundle";
import { adoptSpools } from "../postgres/adopt-spools";

useRuntime();
const program = useBundle("tests/processes/spool-process.ts");
const folder = mkdtempSync(path.join(tmpdir(), "keyward-killed-"));
const keyId = "key_killed";
const failpoints = ["after append", "within a frame", "after the commit"];

/** Runs a process until it is killed. @returns The request ids that it had confirmed. */
async function live(failpoint: string, answersBeforeKill: number): Promise<string[]> {
  const child = spawn(process.execPath, [program()], {
    env: {
      ...process.env,
      DATABASE_URL: runtime().env.databaseUrl ?? "",
      SPOOL_FOLDER: folder,
      FAILPOINT: failpoint,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk;
    if (!failpoint && output.length > answersBeforeKill * 40) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "close");
  expect(signal).toBe("SIGKILL");
  // The last line may be incomplete, so we don't know whether its entry was confirmed.
  return output.split("\n").slice(0, -1);
}

test("S58 after twenty processes were killed at random and at each failpoint, every confirmed entry is in the log exactly once", async () => {
  // Callers are counted for keys that exist.
  const { key } = await makeKey((await makeWorkspace()).actor);
  await db().apiKey.update({ where: { id: key.id }, data: { id: keyId } });
  const answered: string[] = [];
  for (let life = 0; life < 20; life += 1) {
    const failpoint = life % 4 === 3 ? "" : (failpoints[life % 4] as string);
    answered.push(...(await live(failpoint, Math.ceil(Math.random() * 2000))));
  }
  await adoptSpools(runtime().pool, folder, "", pino({ level: "silent" }), Buffer.alloc(32, 1));
  const { rows } = await runtime().pool.query<{ writer: string; seq: number; requestId: string }>(
    `SELECT writer, seq, request_id AS "requestId" FROM access_log.entries WHERE key_id = $1 ORDER BY writer, seq`,
    [keyId],
  );
  expect(answered.length).toBeGreaterThan(1000);
  const logged = new Set(rows.map(({ requestId }) => requestId));
  expect(answered.filter((requestId) => !logged.has(requestId))).toEqual([]);
  expect(logged.size).toBe(rows.length);
  let before = { writer: "", seq: 0 };
  for (const row of rows) {
    expect(row.seq).toBe(row.writer === before.writer ? before.seq + 1 : 1);
    before = row;
  }
  const counted = await runtime().pool.query(
    "SELECT sum(allowed)::int AS allowed FROM access_log.hourly_uses WHERE key_id = $1",
    [keyId],
  );
  expect(counted.rows).toEqual([{ allowed: rows.length }]);
  expect(await expectCounted([keyId])).toBe(rows.length);
  const callers = await runtime().pool.query("SELECT FROM access_log.callers WHERE key_id = $1", [keyId]);
  expect(callers.rowCount).toBeGreaterThan(10);
  const open = await runtime().pool.query(
    "SELECT 1 FROM access_log.writers WHERE closed_at IS NULL AND id <> $1",
    [runtime().engine.accessLog.writerId],
  );
  expect(open.rows).toEqual([]);
}, 180_000);
