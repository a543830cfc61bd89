import { expect, test } from "vitest";
import { hashOfSecret } from "@/lib/engine/keys/key-format";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { startTcpProxy } from "@/tests/peers/tcp-proxy";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { withFileSizeLimit } from "@/tests/processes/file-size-limit";
import { type Answer, useKeyApi } from "@/tests/processes/key-api-server";
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

/** Asserts our own 503 response, which reveals no internals. */
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

test("while the database is unavailable a known key passes until the lease ends, then all are 503 until it is back", async () => {
  const { me, list } = await managingKey();
  const proxy = await startTcpProxy(runtime().env.databaseUrl as string);
  try {
    await withAnotherRuntime({ DATABASE_URL: proxy.url }, async () => {
      const passes = async () => (await me()).status === 200;
      await waitUntil("the key is known", passes);
      let whileHeld: number | null = null;
      // On a busy machine the lease may end before the call does. Then try again.
      while (whileHeld === null) {
        proxy.cut();
        const { status } = await me();
        if (runtime().engine.leaseKeeper.holdsLease) whileHeld = status;
        else {
          proxy.restore();
          await waitUntil("keys are allowed again", passes);
        }
      }
      expect(whileHeld).toBe(200);
      await waitUntil("the lease has ended", async () => (await me()).status === 503);
      for (const answer of await Promise.all([me(), me(), list()])) {
        expectOnly(answer, 503, "unavailable");
        expect(Number(answer.headers["retry-after"])).toBeGreaterThanOrEqual(1);
      }
      proxy.restore();
      await waitUntil("keys are allowed again", passes);
    });
  } finally {
    await proxy.close();
  }
});

test("with STALE_VERDICT_SECONDS only known keys are judged from memory for that long, and a revocation says so", async () => {
  const { actor } = await makeWorkspace();
  const [known, unknown] = [await makeKey(actor), await makeKey(actor)].map(({ secret }) =>
    hashOfSecret(secret),
  );
  const proxy = await startTcpProxy(runtime().env.databaseUrl as string);
  try {
    const settings = { DATABASE_URL: proxy.url, STALE_VERDICT_SECONDS: "3" };
    await withAnotherRuntime(settings, async ({ engine }) => {
      const { leaseKeeper, keyCache, rejections } = engine;
      const isFound = (hash = "") =>
        keyCache.find(hash).then(
          ({ record }) => record !== null,
          () => false,
        );
      expect((await rejections.waitUntilRejectedEverywhere()).staleSeconds).toBe(3);
      expect(await isFound(known)).toBe(true);
      proxy.cut();
      await waitUntil("the lease has ended", async () => !leaseKeeper.holdsLease);
      expect([await isFound(known), await isFound(unknown)]).toEqual([true, false]);
      await waitUntil("that has ended as well", async () => !(await isFound(known)));
      proxy.restore();
      await waitUntil("keys are found again", () => isFound(unknown));
    });
  } finally {
    await proxy.close();
  }
});

test("a decision that can't be logged is 503 and doesn't count", async () => {
  const { me } = await managingKey();
  expect((await me()).headers["x-ratelimit-remaining"]).toBe("599");
  await withFileSizeLimit(0, async () => {
    for (const answer of await Promise.all([me(), me(), me()])) {
      expectOnly(answer, 503, "unavailable");
      expect(answer.headers["retry-after"]).toBe("1");
    }
    const ready = await call("/api/ready");
    expect([ready.status, ready.json]).toMatchObject([503, { checks: { access_log: "unavailable" } }]);
  });
  expect((await me()).headers["x-ratelimit-remaining"]).toBe("598");
  expect((await call("/api/ready")).status).toBe(200);
});

test("with ACCESS_LOG_REQUIRED=0 a decision that can't be logged is still answered", async () => {
  const { me } = await managingKey();
  await withAnotherRuntime({ ACCESS_LOG_REQUIRED: "0" }, async (server) => {
    expect((await me()).status).toBe(200);
    await withFileSizeLimit(0, async () => expect((await me()).status).toBe(200));
    expect(server.engine.accessLog.refused).toBe(1);
  });
});

test("while the log's tables are missing, decisions are answered, and logged once the tables are back", async () => {
  const { key, me } = await managingKey();
  await query("ALTER TABLE access_log.entries RENAME TO entries_away");
  try {
    expect((await me()).status).toBe(200);
  } finally {
    await query("ALTER TABLE access_log.entries_away RENAME TO entries");
  }
  const logged = () => runtime().pool.query("SELECT 1 FROM access_log.entries WHERE key_id = $1", [key.id]);
  await waitUntil("the decision is in the log", async () => (await logged()).rowCount === 1);
});

test("S61 an internal error is internal_error without a stack, a statement or a version", async () => {
  const { list } = await managingKey();
  await query("ALTER TABLE users RENAME COLUMN name TO name_away");
  try {
    expectOnly(await list(), 500, "internal_error");
  } finally {
    await query("ALTER TABLE users RENAME COLUMN name_away TO name");
  }
  expect((await list()).status).toBe(200);
});
