import pg from "pg";
import { expect, test } from "vitest";
import { systemActor } from "@/lib/server/actor";
import { clientConfig } from "@/lib/server/database";
import { setQuotas } from "@/lib/server/quotas/set-quotas";
import { runtime } from "@/lib/server/runtime";
import { createTestDatabase } from "@/tests/database/database";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { startTcpProxy, type TcpProxy } from "@/tests/peers/tcp-proxy";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { waitUntil } from "@/tests/wait-until";

const token = "a-service-token-of-a-test";
let proxy: TcpProxy;
useRuntime(
  { SERVICE_TOKEN: token },
  {
    database: async () => {
      const database = await createTestDatabase();
      proxy = await startTcpProxy(database.url);
      const drop = async () => {
        await proxy.close();
        await database.drop();
      };
      return { url: proxy.url, drop };
    },
  },
);
const call = useKeyApi();
const me = async (secret: string) => call("/api/public/v1/me", { headers: { "x-api-key": secret } });

/** 200 if the key may pass, otherwise the status of the denial. */
async function decide(secret: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await call("/api/v1/verify", { method: "POST", headers, body: { key: secret } });
  return (answer.json as { status?: number }).status ?? answer.status;
}

async function makeBounded(limit: number) {
  const { workspace, actor } = await makeWorkspace();
  const { secret } = await makeKey(actor, { rateLimitPerMinute: 100_000 });
  await setQuotas(systemActor(workspace.id, "Operator"), () => [
    { meter: "requests", limit, period: "month", keyId: null },
  ]);
  return { id: workspace.id, secret };
}

async function usedOf(secret: string): Promise<number | undefined> {
  const { quotas } = (await me(secret)).json as { quotas: { used: number }[] };
  return quotas[0]?.used;
}

/** How much of a workspace's quota was granted, and how much of that its blocks have. */
async function accountOf(id: string) {
  const { rows } = await runtime().pool.query<{ granted: number; held: number }>(
    `SELECT u.granted, coalesce(sum(b.granted - b.used), 0)::int AS held FROM quotas.usages u
     LEFT JOIN quotas.blocks b ON b.usage_id = u.id WHERE u.workspace_id = $1 GROUP BY u.id`,
    [id],
  );
  return rows[0];
}

/** While `work` runs, statements for quotas are executed but their replies are lost. */
async function whileAnswersAreLost(work: () => Promise<void>): Promise<void> {
  proxy.silenceAfter("quotas.take");
  await work();
  proxy.restore();
}

async function refusedCalls(secret: string, count: number): Promise<void> {
  const statuses = await Promise.all(Array.from({ length: count }, () => decide(secret)));
  expect(new Set(statuses)).toEqual(new Set([503]));
}

test("refused calls cost nothing, even though the database granted what they requested", async () => {
  const { id, secret } = await makeBounded(1000);
  await whileAnswersAreLost(() => refusedCalls(secret, 100));
  await waitUntil("nothing is granted", async () => {
    const account = await accountOf(id);
    return account?.granted === 0 && account.held === 0;
  });
  expect(await usedOf(secret)).toBe(1);
});

test("refused calls cost nothing, even if something had been used before", async () => {
  const { id, secret } = await makeBounded(1000);
  for (const used of [1, 2, 3]) expect(await usedOf(secret)).toBe(used);
  let allowed = 0;
  await whileAnswersAreLost(async () => {
    const statuses = await Promise.all(Array.from({ length: 100 }, () => decide(secret)));
    // Something may be left of earlier grants.
    allowed = statuses.filter((status) => status === 200).length;
    expect(allowed).toBeLessThan(100);
  });
  expect(await usedOf(secret)).toBe(4 + allowed);
  await waitUntil("everything that is granted is used", async () => {
    const account = await accountOf(id);
    return account?.granted === 4 + allowed && account.held === 0;
  });
});

test("what was granted in a lost reply can be used completely", async () => {
  const { secret } = await makeBounded(50);
  await whileAnswersAreLost(() => refusedCalls(secret, 40));
  const statuses = await Promise.all(Array.from({ length: 60 }, () => decide(secret)));
  expect(statuses.filter((status) => status === 200)).toHaveLength(50);
});

test("usage stays exact while another transaction locks the row", async () => {
  const { id, secret } = await makeBounded(1000);
  for (const used of [1, 2, 3]) expect(await usedOf(secret)).toBe(used);
  const client = new pg.Client(clientConfig(runtime().env.databaseUrl as string));
  await client.connect();
  await client.query("BEGIN");
  await client.query("SELECT FROM quotas.usages WHERE workspace_id = $1 FOR UPDATE", [id]);
  const statuses = await Promise.all(Array.from({ length: 300 }, () => decide(secret)));
  await client.end();
  const allowed = statuses.filter((status) => status === 200).length;
  expect(await usedOf(secret)).toBe(4 + allowed);
});
