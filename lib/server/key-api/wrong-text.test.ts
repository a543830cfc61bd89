import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeManagingKey } from "@/tests/factories/managing-key";
import { useKeyApi } from "@/tests/processes/key-api-server";

const token = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: token });
const call = useKeyApi();

const evils = ["x\ud800x", "\udfff", "x\u0000x"];

test("S56 invalid Unicode and text that PostgreSQL can't store are 400 in every body", async () => {
  const { ask, key, secret, workspace } = await makeManagingKey(call);
  const service = (method: string, path: string, body: unknown) =>
    call(path, { method, headers: { authorization: `Bearer ${token}` }, body });
  for (const evil of evils) {
    const answers = [
      await ask("POST", "", { name: evil, permission_level: "read_only" }),
      await ask("POST", "", { name: "x", permission_level: "read_only", environment: evil }),
      await ask("PATCH", `/${key.id}`, { name: evil }),
      await service("POST", "/api/v1/verify", { key: secret, path: `/${evil}` }),
      await service("POST", "/api/v1/verify", { key: secret, user_agent: evil }),
      await service("POST", "/api/v1/verify", { key: secret, workspace_id: evil }),
      await service("POST", "/api/v1/verify", { key: evil }),
      await service("POST", "/v2/keys.verifyKey", { key: evil }),
      await service("POST", "/v2/keys.verifyKey", { key: secret, permissions: evil }),
      await service("POST", "/v2/keys.verifyKey", { key: secret, tags: [evil] }),
      await service("POST", "/api/v1/usage-records", {
        ...{ workspace_id: workspace.id, meter: "uploads", amount: 1, idempotency_key: evil },
      }),
      await service("PUT", `/api/v1/workspaces/${workspace.id}`, {
        quotas: [{ meter: evil, limit: 1, period: "day" }],
      }),
    ];
    expect(
      answers.map(({ status }) => status),
      JSON.stringify(evil),
    ).toEqual(answers.map(() => 400));
  }
});

test("S47 __proto__ in a query or body is rejected like any unknown field", async () => {
  const { ask, secret } = await makeManagingKey(call);
  for (const path of ["/auth/api-keys", "/api/public/v1/access-logs", "/api/public/v1/usage"]) {
    const answer = await call(`${path}?__proto__=x`, { headers: { "x-api-key": secret } });
    expect(answer.status, path).toBe(400);
    expect(answer.body, path).toContain("__proto__");
  }
  const body = '{"name":"x","permission_level":"read_only","__proto__":{"can_manage_keys":true}}';
  const refused = await ask("POST", "", body);
  expect(refused.status).toBe(400);
  expect(refused.json).toMatchObject({ error: { message: "A field can't be named __proto__." } });
});
