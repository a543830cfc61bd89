import { expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { withAnotherRuntime } from "@/tests/another-runtime";
import { makeKey, makeWorkspace } from "@/tests/factories";
import { type Answer, useKeyApi } from "@/tests/key-api-server";
import { useRuntime } from "@/tests/runtime";
import { startTcpProxy } from "@/tests/tcp-proxy";
import { waitUntil } from "@/tests/wait-until";

useRuntime();
const call = useKeyApi();

async function managingKey() {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor, { canManageKeys: true });
  const headers = { "x-api-key": secret };
  return {
    key,
    me: () => call("/api/public/v1/me", { headers }),
    list: () => call("/auth/api-keys", { headers }),
  };
}

/** Ours, said in our words: nothing of what is behind it. */
function expectOnly(answer: Answer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.json).toMatchObject({ error: { code, request_id: answer.headers["x-request-id"] } });
  expect(answer.body).not.toMatch(
    /\bat \/|node_modules|select |insert |prisma|postgres|pg_|relation|column|ECONN|\d+\.\d+\.\d+/i,
  );
  expect(answer.headers).not.toHaveProperty("x-powered-by");
  expect(answer.headers).not.toHaveProperty("server");
}

async function query(text: string): Promise<void> {
  await runtime().pool.query(text);
}

test("while the database is away every call with a key is 503 with Retry-After, and the next after it is back is answered", async () => {
  const { me, list } = await managingKey();
  const proxy = await startTcpProxy(runtime().env.databaseUrl as string);
  try {
    await withAnotherRuntime({ DATABASE_URL: proxy.url }, async () => {
      expect((await me()).status).toBe(200);
      proxy.cut();
      for (const answer of await Promise.all([me(), me(), list()])) {
        expectOnly(answer, 503, "unavailable");
        expect(Number(answer.headers["retry-after"])).toBeGreaterThanOrEqual(1);
      }
      proxy.restore();
      await waitUntil("keys are answered again", async () => (await me()).status === 200);
    });
  } finally {
    await proxy.close();
  }
});

test("a decision that cannot be logged is 503 and costs nothing", async () => {
  const { me } = await managingKey();
  expect((await me()).headers["x-ratelimit-remaining"]).toBe("599");
  await query("ALTER TABLE access_log.entries RENAME TO entries_away");
  try {
    for (const answer of await Promise.all([me(), me(), me()])) {
      expectOnly(answer, 503, "unavailable");
      expect(answer.headers["retry-after"]).toBe("1");
    }
  } finally {
    await query("ALTER TABLE access_log.entries_away RENAME TO entries");
  }
  expect((await me()).headers["x-ratelimit-remaining"]).toBe("598");
});

test("the log's connection killed while it writes is 503 at that moment, costs nothing, and is over with the next call", async () => {
  const { me } = await managingKey();
  const { pool } = runtime();
  const lock = await pool.connect();
  try {
    await lock.query("BEGIN");
    await lock.query("LOCK TABLE access_log.entries IN EXCLUSIVE MODE");
    const waiting = me();
    const isAppending = `FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE '%SET appended_seq%' AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()`;
    await waitUntil(
      "an entry waits",
      async () => (await pool.query(`SELECT 1 ${isAppending}`)).rowCount === 1,
    );
    await pool.query(`SELECT pg_terminate_backend(pid) ${isAppending}`);
    expectOnly(await waiting, 503, "unavailable");
  } finally {
    await lock.query("ROLLBACK");
    lock.release();
  }
  expect((await me()).headers["x-ratelimit-remaining"]).toBe("599");
});

test("S61 an error of ours is internal_error without a stack, a statement or a version", async () => {
  const { list } = await managingKey();
  await query("ALTER TABLE users RENAME COLUMN name TO name_away");
  try {
    expectOnly(await list(), 500, "internal_error");
  } finally {
    await query("ALTER TABLE users RENAME COLUMN name_away TO name");
  }
  expect((await list()).status).toBe(200);
});
