import { expect, test } from "vitest";
import { systemActor } from "@/lib/server/actor";
import { setQuotas } from "@/lib/server/quotas/set-quotas";
import { db } from "@/lib/server/runtime";
import { createTestDatabase } from "@/tests/database";
import { makeKey, makeWorkspace } from "@/tests/factories";
import { useKeyApi } from "@/tests/key-api-server";
import { useRuntime } from "@/tests/runtime";
import { startTcpProxy, type TcpProxy } from "@/tests/tcp-proxy";

const token = "a-service-token-of-a-test";
let proxy: TcpProxy;
useRuntime(
  { SERVICE_TOKEN: token },
  {
    database: async () => {
      const database = await createTestDatabase();
      proxy = await startTcpProxy(database.url);
      return { url: proxy.url, drop: () => proxy.close().then(() => database.drop()) };
    },
  },
);
const call = useKeyApi();

test("every route that a key or a service opens is answered while PostgreSQL takes what is asked and never answers", async () => {
  const { workspace, actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor, { canManageKeys: true });
  await setQuotas(systemActor(workspace.id, "Operator"), () => [
    { meter: "requests", limit: 1000, period: "month", keyId: null },
  ]);
  const byKey = { "x-api-key": secret };
  const byToken = { authorization: `Bearer ${token}` };
  const name = { name: "Another", permission_level: "read_only" };
  const routes: [string, string, Record<string, string>, object?][] = [
    ["GET", "/api/public/v1/me", byKey],
    ["GET", "/api/public/v1/access-logs", byKey],
    ["GET", "/api/public/v1/usage", byKey],
    ["GET", "/auth/api-keys", byKey],
    ["POST", "/auth/api-keys", byKey, name],
    ["GET", "/auth/api-keys/current", byKey],
    ["PATCH", "/auth/api-keys/current", byKey, { name: "Renamed" }],
    ["POST", "/auth/api-keys/current/rotate", byKey, {}],
    ["DELETE", `/auth/api-keys/${key.id}`, byKey],
    ["GET", "/api/forward-auth/v1", byKey],
    ["POST", "/api/v1/verify", byToken, { key: secret }],
    ["POST", "/api/v1/verify", byToken, { key: `${secret.slice(0, -1)}x` }],
    [
      "POST",
      "/api/v1/usage-records",
      byToken,
      { workspace_id: workspace.id, meter: "chats", amount: 1, idempotency_key: "a" },
    ],
    ["PUT", `/api/v1/workspaces/${workspace.id}`, byToken, { requests_per_minute: 5 }],
  ];
  expect((await call("/api/public/v1/me", { headers: byKey })).status).toBe(200);
  // A transaction that is under way as well: its ROLLBACK has nobody to wait for either.
  let begun = () => {};
  const isBegun = new Promise<void>((resolve) => (begun = resolve));
  const transaction = db().$transaction(async (running) => {
    await running.$queryRaw`SELECT 1`;
    proxy.silenceAfter("");
    begun();
    await running.$queryRaw`SELECT 2`;
  });
  const refused = expect(transaction).rejects.toThrow();
  await isBegun;
  const ask = async () => {
    const answers = await Promise.all(
      routes.map(([method, path, headers, body]) => call(path, { method, headers, ...(body && { body }) })),
    );
    return answers.map(({ status, headers }, index) => ({
      route: routes[index]?.slice(0, 2).join(" "),
      status,
      wait: headers["retry-after"],
    }));
  };
  // While the lease lives, and after it.
  const first = await ask();
  const second = await ask();
  for (const { route, status, wait } of [...first, ...second]) {
    expect([200, 401, 503], route).toContain(status);
    if (status === 503) expect(Number(wait), route).toBeGreaterThanOrEqual(1);
  }
  expect(second.filter(({ status }) => status === 503).length).toBeGreaterThanOrEqual(routes.length - 1);
  await refused;
  proxy.restore();
}, 60_000);
