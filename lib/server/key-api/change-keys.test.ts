import { expect, test } from "vitest";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey } from "@/tests/factories/factories";
import { makeManagingKey } from "@/tests/factories/managing-key";
import { useKeyApi } from "@/tests/processes/key-api-server";

useRuntime();
const call = useKeyApi();

test("addresses, limit, environment and notes can be changed, and are in effect when that is answered", async () => {
  const { actor, ask } = await makeManagingKey(call);
  const { key, secret } = await makeKey(actor);
  const me = () => call("/api/public/v1/me", { headers: { "x-api-key": secret } });
  expect((await me()).status).toBe(200);
  const change = {
    allowed_ips: ["203.0.113.0/24"],
    rate_limit_per_minute: 5,
    environment: "staging",
    notes: "Used by the night job.\nAsk Ben.",
  };
  const answer = await ask("PATCH", `/${key.id}`, change);
  expect([answer.status, answer.json]).toMatchObject([200, change]);
  expect((await me()).json).toMatchObject({ error: { code: "ip_not_allowed" } });
  const events = await db().auditEvent.findMany({ where: { targetId: key.id, action: "api_key.updated" } });
  expect(events.map(({ details }) => details)).toEqual([
    {
      allowedIps: { from: [], to: ["203.0.113.0/24"] },
      rateLimitPerMinute: { from: null, to: 5 },
      environment: { from: "production", to: "staging" },
      notes: "changed",
    },
  ]);
  expect((await ask("PATCH", `/${key.id}`, change)).status, "again, nothing changes").toBe(200);
  expect(await db().auditEvent.count({ where: { targetId: key.id, action: "api_key.updated" } })).toBe(1);
});

test("S41 a key only tightens addresses and limits, its own and those of other keys", async () => {
  const { actor, ask } = await makeManagingKey(call);
  const { key } = await makeKey(actor, { allowedIps: ["203.0.113.0/24"], rateLimitPerMinute: 60 });
  const refused: object[] = [
    { allowed_ips: [] },
    { allowed_ips: ["203.0.113.0/24", "198.51.100.1"] },
    { rate_limit_per_minute: 61 },
    { rate_limit_per_minute: null },
  ];
  for (const change of refused) {
    const answer = await ask("PATCH", `/${key.id}`, change);
    expect([answer.status, answer.json], JSON.stringify(change)).toMatchObject([
      403,
      { error: { code: "insufficient_permissions" } },
    ]);
  }
  expect((await ask("PATCH", `/${key.id}`, { allowed_ips: ["203.0.113.7"] })).status).toBe(200);
  expect((await ask("PATCH", `/${key.id}`, { rate_limit_per_minute: 30 })).status).toBe(200);
  expect(
    (await ask("PATCH", "/current", { rate_limit_per_minute: 100 })).status,
    "lower than inherited",
  ).toBe(200);
  expect((await ask("PATCH", "/current", { rate_limit_per_minute: 101 })).status).toBe(403);
  expect((await ask("PATCH", `/${key.id}`, { rate_limit_per_minute: 30 })).status).toBe(200);
});

test("a key of another environment than production keeps keys in its own", async () => {
  const { actor } = await makeManagingKey(call);
  const staging = await makeKey(actor, { canManageKeys: true, environment: "staging" });
  const other = await makeKey(actor, { environment: "staging" });
  const move = (environment: string) =>
    call(`/auth/api-keys/${other.key.id}`, {
      method: "PATCH",
      headers: { "x-api-key": staging.secret },
      body: { environment },
    });
  expect((await move("production")).status).toBe(403);
  expect((await move("staging")).status).toBe(200);
});

test.each([
  [{ allowed_ips: ["localhost"] }, "allowed_ips.0"],
  [{ rate_limit_per_minute: 0 }, "rate_limit_per_minute"],
  [{ environment: "Prod" }, "environment"],
  [{ notes: "x".repeat(1001) }, "notes"],
  [{ notes: "\u0000" }, "notes"],
  [{ notes: "\ud800" }, "notes"],
  [{ metadata: { a: 1 } }, "metadata"],
  [{ permissions: ["files:read"] }, "permissions"],
])("S34 a wrong or unknown field is 400 and changes nothing: %#", async (change, field) => {
  const { ask, key } = await makeManagingKey(call);
  const answer = await ask("PATCH", "/current", { name: "changed", ...change });
  expect(answer.status).toBe(400);
  expect((answer.json as { error: { fields: object } }).error.fields).toHaveProperty([field]);
  expect(await db().apiKey.findUniqueOrThrow({ where: { id: key.id } })).toMatchObject({ name: key.name });
});
