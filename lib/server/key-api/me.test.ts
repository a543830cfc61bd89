import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";

useRuntime();
const call = useKeyApi();

test("GET /me returns the key's owner, rights, and remaining limits", async () => {
  const { workspace, actor, owner } = await makeWorkspace();
  const { key, secret } = await makeKey(actor, {
    environment: "staging",
    expiresInDays: 3,
    rateLimitPerMinute: 10,
  });
  const askedAt = Date.now();
  const answer = await call("/api/public/v1/me", { headers: { "x-api-key": secret } });
  const answeredAt = Date.now();
  expect(answer.status).toBe(200);
  expect(answer.headers["cache-control"]).toBe("no-store");
  const me = answer.json as { rate_limit: { reset_at: string } };
  expect(me).toEqual({
    workspace: { id: workspace.id, name: workspace.name },
    user: { id: owner.id, role: "owner" },
    key: {
      key_id: key.id,
      name: "blog ingest",
      key_prefix: key.prefix,
      key_suffix: key.suffix,
      permission_level: "read_write",
      permissions: [],
      can_manage_keys: false,
      environment: "staging",
      expires_at: key.expiresAt?.toISOString(),
    },
    rate_limit: { limit: 10, window_seconds: 60, remaining: 9, reset_at: expect.stringMatching(/Z$/) },
    quotas: [],
  });
  // Whole seconds, by the database's clock.
  const resetAt = Date.parse(me.rate_limit.reset_at);
  expect(resetAt).toBeGreaterThanOrEqual(askedAt + 59_000);
  expect(resetAt).toBeLessThanOrEqual(answeredAt + 62_000);
});

test("GET /me returns the current rights, not those at creation", async () => {
  const { workspace } = await makeWorkspace();
  const { actor } = await makeMember(workspace, "viewer");
  const { secret } = await makeKey(actor, { permissionLevel: "read_only" });
  const answer = await call("/api/public/v1/me", { headers: { authorization: `Bearer ${secret}` } });
  expect(answer.json).toMatchObject({
    user: { role: "viewer" },
    key: { permission_level: "read_only", expires_at: null },
  });
});
