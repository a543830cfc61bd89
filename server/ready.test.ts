import { afterEach, expect, test, vi } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { programVersion } from "@/lib/server/version";
import { createTestDatabase } from "@/tests/database/database";
import { useRuntime } from "@/tests/database/runtime";
import { startTcpProxy, type TcpProxy } from "@/tests/peers/tcp-proxy";
import { useKeyApi } from "@/tests/processes/key-api-server";

/** 200 or 503 within two seconds (docs/http-api.md, 7). */
const documentedMs = 2000;
let proxy: TcpProxy;
useRuntime(
  {},
  {
    jobs: false,
    database: async () => {
      const database = await createTestDatabase();
      proxy = await startTcpProxy(database.url);
      return { url: proxy.url, drop: () => proxy.close().then(() => database.drop()) };
    },
  },
);
const call = useKeyApi();
afterEach(() => vi.useRealTimers());

/**
 * Asks, and lets exactly the documented time pass once the server waits. The clock is the test's: what is answered by then was
 * answered in time, and nothing but a timer of the server's can have done it.
 */
async function askWithinBound() {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const answer = call("/api/ready");
  while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
  let isLate = false;
  setTimeout(() => (isLate = true), documentedMs);
  vi.advanceTimersByTime(documentedMs);
  expect(isLate).toBe(true);
  // Don't advance the clock any further: a response that waits for another timer never comes.
  return answer;
}

const away = { status: 503, json: { status: "unavailable", checks: { database: "unavailable" } } };

test("/api/ready answers in time when PostgreSQL accepts the query and never answers", async () => {
  expect((await call("/api/ready")).status).toBe(200);
  proxy.silenceAfter("");
  expect(await askWithinBound()).toMatchObject(away);
});

test("/api/ready answers in time when PostgreSQL never answers a new connection", async () => {
  proxy.cut();
  proxy.restore();
  proxy.silenceAfter("");
  expect(await askWithinBound()).toMatchObject(away);
  proxy.cut();
  proxy.restore();
});

test("/api/ready answers in time when all connections are in use", async () => {
  const { pool } = runtime();
  const taken = await Promise.all(Array.from({ length: pool.options.max }, () => pool.connect()));
  try {
    expect(await askWithinBound()).toMatchObject(away);
  } finally {
    for (const client of taken) client.release();
  }
});

test("/api/health has the version, and asks nothing else", async () => {
  const answer = await call("/api/health");
  expect([answer.status, answer.json]).toEqual([200, { status: "ok", version: programVersion }]);
});
