import type { IncomingMessage } from "node:http";
import { type AddressInfo, Server as NetServer } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Runtime, runtime } from "@/lib/server/runtime";
import { createServer } from "@/server/create-server";
import { listenMs } from "@/server/shutdown";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { type Gateway, type GatewayName, startGateway } from "@/tests/peers/gateways";
import { startProtectedApi } from "@/tests/peers/protected-api";
import { startTcpProxy } from "@/tests/peers/tcp-proxy";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { type Answer, sendRaw } from "@/tests/processes/key-api-server";
import { waitUntil } from "@/tests/wait-until";

useRuntime();
const names: GatewayName[] = ["nginx", "caddy", "haproxy"];
let api: Awaited<ReturnType<typeof startProtectedApi>>;
let gateways: Record<GatewayName, Gateway>;
/** The state that both instances share. */
let decidesWith: () => Runtime;
let instances: [Instance, Instance];

type Instance = Awaited<ReturnType<typeof startInstance>>;

/** An instance in this process, and the calls it received. */
async function startInstance() {
  const seen: Pick<IncomingMessage, "method" | "url" | "headers">[] = [];
  const server = createServer(
    () => decidesWith(),
    (_request, response) => void response.writeHead(404).end(),
  );
  server.on("request", ({ method, url, headers }: IncomingMessage) => seen.push({ method, url, headers }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, seen, port: (server.address() as AddressInfo).port };
}

beforeAll(async () => {
  api = await startProtectedApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  decidesWith = runtime;
  instances = [await startInstance(), await startInstance()];
  const ports = { keyward: instances.map(({ port }) => port) as [number, number], api: api.port };
  const started = await Promise.all(
    names.map(async (name) => [name, await startGateway(name, ports)] as const),
  );
  gateways = Object.fromEntries(started) as Record<GatewayName, Gateway>;
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(Object.values(gateways).map((gateway) => gateway.stop()));
  for (const { server } of instances) {
    server.closeAllConnections();
    server.close();
  }
});

/** An empty object lacks the name that a key needs: 400. */
function post(gateway: GatewayName, secret: string, body = {}): Promise<Answer> {
  const headers = { "x-api-key": secret, "x-request-id": gateway };
  return sendRaw(gateways[gateway].port, "/auth/api-keys", { method: "POST", headers, body });
}

const isPostBy =
  (gateway: GatewayName) =>
  ({ method, headers }: Instance["seen"][number]): boolean =>
    method === "POST" && headers["x-request-id"] === gateway;

/** Waits until each of these instances has answered several checks. nginx asks before each call instead. */
async function untilChecked(checked: Instance[]): Promise<void> {
  const counts = () =>
    checked.map(({ seen }) => {
      const checks = seen.filter(({ url }) => url?.startsWith("/api/ready"));
      const isByCaddy = ({ headers }: (typeof seen)[number]) => headers["user-agent"]?.startsWith("Go-");
      const caddy = checks.filter(isByCaddy).length;
      return { caddy, haproxy: checks.filter(({ headers }) => !headers["user-agent"]).length };
    });
  const before = counts();
  await waitUntil("the instances were checked", async () =>
    counts().every(
      ({ caddy, haproxy }, index) =>
        // Each of Caddy's four handlers that call Keyward runs its own health checks.
        caddy >= (before[index]?.caddy ?? 0) + 12 && haproxy >= (before[index]?.haproxy ?? 0) + 3,
    ),
  );
}

test("a gateway stops sending requests to an instance well before the instance closes its listener", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { canManageKeys: true, rateLimitPerMinute: 100_000 });
  const [stopping, other] = instances;
  const unexpected: string[] = [];
  const calls = { nginx: 0, caddy: 0, haproxy: 0 };
  /** The number of the last call that the stopping instance received, and of the last before its listener closed. */
  const last = { taken: { ...calls }, closed: { ...calls } };
  stopping.server.on("request", (request: IncomingMessage) => {
    for (const name of names) if (isPostBy(name)(request)) last.taken[name] = calls[name];
  });
  let isOver = false;
  const callers = names.map(async (name) => {
    while (!isOver) {
      calls[name] += 1;
      const { status, body } = await post(name, secret);
      if (status !== 400) unexpected.push(`${name}: ${status} ${body}`);
    }
  });
  await waitUntil("both are asked through each gateway", async () =>
    instances.every(({ seen }) => names.every((name) => seen.some(isPostBy(name)))),
  );
  const close = NetServer.prototype.close;
  vi.spyOn(NetServer.prototype, "close").mockImplementation(function (this: NetServer, ...told) {
    if (this === stopping.server) last.closed = { ...calls };
    return close.apply(this, told);
  });
  await stopping.server.stop({ listenMs: listenMs, idleMs: 5000, deadlineMs: 10_000 });
  isOver = true;
  await Promise.all(callers);
  expect(unexpected).toEqual([]);
  expect(other.seen.length).toBeGreaterThan(0);
  for (const name of names)
    expect(last.closed[name] - last.taken[name], `${name}: ${JSON.stringify(last)}`).toBeGreaterThan(10);
});

test("nginx and HAProxy keep using a stopping instance if there is no other", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { canManageKeys: true });
  for (const { server } of instances) server.announceStop();
  await untilChecked(instances);
  for (const name of ["nginx", "haproxy"] as const)
    for (let call = 0; call < 4; call += 1) expect((await post(name, secret)).status, name).toBe(400);
});

test("while the database is unavailable gateways keep calling Keyward: known keys pass, and other keys get Keyward's error", async () => {
  const { actor } = await makeWorkspace();
  const [known, unknown] = [await makeKey(actor, { canManageKeys: true }), await makeKey(actor)];
  const proxy = await startTcpProxy(runtime().env.databaseUrl as string);
  // Then no limits are shared.
  await runtime().engine.leaseKeeper.stop();
  try {
    const settings = { DATABASE_URL: proxy.url, STALE_VERDICT_SECONDS: "600" };
    await withAnotherRuntime(settings, async (server) => {
      decidesWith = () => server;
      const get = (name: GatewayName, secret: string) =>
        sendRaw(gateways[name].port, "/v1/documents", {
          headers: { "x-api-key": secret, "x-request-id": name },
        });
      await waitUntil("the instance is alone", async () => server.engine.limitSharing.isAlone);
      for (const name of names) expect((await get(name, known.secret)).status, name).toBe(200);
      const newKey = { name: "From a program", permission_level: "read_only", expires_in_days: 30 };
      proxy.cut();
      for (const { port } of instances)
        await waitUntil(
          "the instance is not ready",
          async () => (await sendRaw(port, "/api/ready", {})).status === 503,
        );
      await waitUntil("the lease is over", async () => !server.engine.leaseKeeper.holdsLease);
      await untilChecked(instances);
      for (const name of names)
        for (let call = 0; call < 4; call += 1) {
          expect((await get(name, known.secret)).status, name).toBe(200);
          for (const answer of [await get(name, unknown.secret), await post(name, known.secret, newKey)]) {
            expect(answer.status, name).toBe(503);
            expect(answer.json, name).toMatchObject({ error: { code: "unavailable", request_id: name } });
          }
        }
      proxy.restore();
      for (const { port } of instances)
        await waitUntil(
          "the instance is ready again",
          async () => (await sendRaw(port, "/api/ready", {})).status === 200,
        );
      for (const name of names)
        await waitUntil(
          "the unknown key passes",
          async () => (await get(name, unknown.secret)).status === 200,
        );
    });
  } finally {
    await runtime().engine.leaseKeeper.start();
    await proxy.close();
  }
});
