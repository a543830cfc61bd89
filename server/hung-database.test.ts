import { expect, test } from "vitest";
import { systemActor } from "@/lib/server/actor";
import { keyRoutes } from "@/lib/server/key-api/key-routes";
import { setQuotas } from "@/lib/server/quotas/set-quotas";
import { db } from "@/lib/server/runtime";
import { serviceRoutes } from "@/lib/server/service-api/service-routes";
import { createTestDatabase } from "@/tests/database/database";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeSessionCookie, makeWorkspace, password } from "@/tests/factories/factories";
import { startTcpProxy, type TcpProxy } from "@/tests/peers/tcp-proxy";
import { callConsole, findConsoleRoutes } from "@/tests/processes/console-routes";
import { useKeyApi } from "@/tests/processes/key-api-server";

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

/** Bodies that pass validation, so that the database is queried. Other routes get an empty object. */
const bodies: Record<string, object> = {
  "POST /auth/api-keys": { name: "Another", permission_level: "read_only" },
  "PATCH /auth/api-keys/current": { name: "Renamed" },
  "PUT /auth/api-keys/current": { name: "Renamed" },
  "POST /api/sign-in": { email: "nobody@example.test", password },
  "POST /api/sign-up": { name: "N", email: "n@example.test", password, workspaceName: "W" },
  "POST /api/forgot-password": { email: "nobody@example.test" },
  "POST /api/reset-password": { token: "x".repeat(43), password },
  "POST /api/verify-email": { token: "x".repeat(43) },
  "PATCH /api/account": { name: "Renamed" },
};

/** A path that matches a route's pattern. */
const pathOf = (pattern: RegExp, id: string) =>
  pattern.source
    .replace(/^\^|\\\/\?\$$/g, "")
    .replace(/\(\?<\w+>[^)]*\)/g, id)
    .replaceAll("\\", "");

test("every route of the process answers while PostgreSQL accepts queries and never answers", async () => {
  const { workspace, owner, actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { canManageKeys: true });
  const cookie = await makeSessionCookie(owner);
  await setQuotas(systemActor(workspace.id, "Operator"), () => [
    { meter: "requests", limit: 1000, period: "month", keyId: null },
  ]);
  const byKey = { "x-api-key": secret };
  const byToken = { authorization: `Bearer ${token}` };
  bodies["POST /api/v1/verify"] = { key: secret };
  bodies["POST /v2/keys.verifyKey"] = { key: secret };
  bodies["POST /api/v1/usage-records"] = {
    workspace_id: workspace.id,
    meter: "chats",
    amount: 1,
    idempotency_key: "a",
  };
  bodies[`PUT /api/v1/workspaces/${workspace.id}`] = { requests_per_minute: 5 };
  const consoleRoutes = await findConsoleRoutes();
  expect(consoleRoutes.length).toBeGreaterThan(30);
  type Asked = { route: string; status: number; wait: string | null | undefined };
  const ofProcess = async (method: string, path: string, headers: Record<string, string>) => {
    const body = method === "GET" || method === "HEAD" ? undefined : (bodies[`${method} ${path}`] ?? {});
    const answer = await call(path, { method, headers, ...(body && { body }) });
    return { route: `${method} ${path}`, status: answer.status, wait: answer.headers["retry-after"] };
  };
  const ofConsole = async (method: string, pattern: string): Promise<Asked> => {
    const path = pattern
      .replace("[workspace]", workspace.slug)
      .replace(/\[\.{3}\w+\]/, "session")
      .replace(/\[\w+\]/g, "an-id");
    const answer = await callConsole(method, path, { cookie, body: bodies[`${method} ${path}`] ?? {} });
    return {
      route: `${method} ${path}`,
      status: answer.status,
      wait: answer.headers.get("retry-after"),
    };
  };
  const ask = (): Promise<Asked[]> =>
    Promise.all([
      ...keyRoutes.flatMap(({ path, methods }) =>
        Object.keys(methods).map((method) => ofProcess(method, pathOf(path, "current"), byKey)),
      ),
      ofProcess("GET", "/api/forward-auth/v1", byKey),
      ...serviceRoutes.flatMap(({ path, methods }) =>
        Object.keys(methods).map((method) => ofProcess(method, pathOf(path, workspace.id), byToken)),
      ),
      ...consoleRoutes.flatMap(({ pattern, methods }) => methods.map((method) => ofConsole(method, pattern))),
    ]);
  expect((await call("/api/public/v1/me", { headers: byKey })).status).toBe(200);
  // A transaction in progress too: its ROLLBACK isn't answered either.
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
  // While the lease is live, and afterwards.
  const first = await ask();
  const second = await ask();
  // No bug may hide here: what needs the database is 503, and everything else is answered without it.
  for (const { route, status, wait } of [...first, ...second]) {
    expect(status === 503 || status < 500, `${route}: ${status}`).toBe(true);
    if (status === 503) expect(Number(wait), route).toBeGreaterThanOrEqual(1);
  }
  expect(second.filter(({ status }) => status === 503).length).toBeGreaterThan(second.length / 2);
  await refused;
  proxy.restore();
}, 120_000);
