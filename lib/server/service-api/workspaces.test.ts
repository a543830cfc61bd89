import { expect, test } from "vitest";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";

const token = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: token });
const call = useKeyApi();
const bearer = { authorization: `Bearer ${token}` };
const put = (id: string, body: unknown, headers: Record<string, string> = bearer) =>
  call(`/api/v1/workspaces/${id}`, { method: "PUT", headers, body });

test("a service sets a workspace's plan, which applies immediately, and each change is an audit event", async () => {
  const { workspace, actor } = await makeWorkspace({ apiAccess: false });
  const { secret, key } = await makeKey(actor);
  const quotas = [
    { meter: "requests", limit: 2, period: "month" },
    { meter: "uploads", limit: 5, period: "day", key_id: key.id },
  ];
  const answer = await put(workspace.id, { api_access: true, requests_per_minute: 70, quotas });
  expect([answer.status, answer.json]).toEqual([
    200,
    {
      workspace_id: workspace.id,
      external_id: null,
      slug: workspace.slug,
      name: workspace.name,
      api_access: true,
      requests_per_minute: 70,
      key_policy: null,
      quotas,
    },
  ]);
  const me = () => call("/api/public/v1/me", { headers: { "x-api-key": secret } });
  const statuses = [];
  for (let times = 0; times < 3; times += 1) statuses.push((await me()).status);
  expect(statuses).toEqual([200, 200, 429]);
  expect((await me()).headers["x-ratelimit-limit"]).toBe("70");

  const again = await put(workspace.id, { quotas: [...quotas].reverse() });
  expect(again.json).toMatchObject({ api_access: true, requests_per_minute: 70, quotas });
  expect((await put(workspace.id, { quotas: [] })).json).toMatchObject({ quotas: [] });
  expect((await me()).status).toBe(200);
  const events = await db().auditEvent.findMany({
    where: { workspaceId: workspace.id, actorType: "service", actorId: "default" },
    orderBy: { id: "asc" },
  });
  expect(events.map(({ action }) => action)).toEqual([
    "workspace.quotas_changed",
    "workspace.updated",
    "workspace.api_access_enabled",
    "workspace.quotas_changed",
  ]);
  expect(events[0]).toMatchObject({
    actorName: "default",
    details: {
      changes: { quotas: { from: [], to: ["2 requests a month", `5 uploads a day with ${key.id}`] } },
    },
  });
});

test("an invalid body is 400, names the field, and changes nothing", async () => {
  const { workspace } = await makeWorkspace();
  const { key: foreign } = await makeKey((await makeWorkspace()).actor);
  const quota = { meter: "requests", limit: 1, period: "month" };
  const wrong: [object, string][] = [
    [{ api_access: "on" }, "api_access"],
    [{ requests_per_minute: 0 }, "requests_per_minute"],
    [{ requests_per_minute: 1.5 }, "requests_per_minute"],
    [{ quotas: {} }, "quotas"],
    [{ quotas: [{ ...quota, period: "year" }] }, "quotas.0.period"],
    [{ quotas: [{ ...quota, limit: -1 }] }, "quotas.0.limit"],
    [{ quotas: [{ ...quota, limit: 1e16 }] }, "quotas.0.limit"],
    [{ quotas: [{ ...quota, meter: "Requests" }] }, "quotas.0.meter"],
    [{ quotas: [quota, { ...quota, period: "day" }] }, "quotas.1.meter"],
    [{ quotas: [quota, { ...quota, key_id: foreign.id }] }, "quotas.1.key_id"],
    [{ quotas: [{ ...quota, used: 0 }] }, "used"],
    [{ slug: "new" }, "slug"],
    [{ name: "" }, "name"],
    [{ external_id: "a b" }, "external_id"],
  ];
  for (const [body, field] of wrong) {
    const answer = await put(workspace.id, body);
    expect([answer.status, field]).toEqual([400, field]);
    expect((answer.json as { error: { fields: object } }).error.fields).toHaveProperty([field]);
  }
  expect((await put(workspace.id, {})).status).toBe(400);
  expect(
    await db().auditEvent.count({ where: { workspaceId: workspace.id, action: "workspace.quotas_changed" } }),
  ).toBe(0);
});

test("another method is 405 and an unknown workspace 404, but only with a valid token", async () => {
  const { workspace } = await makeWorkspace();
  for (const id of ["ws_0000", "%00", "x".repeat(100)])
    expect((await put(id, { api_access: true })).status).toBe(404);
  for (const id of [workspace.id, "ws_0000"])
    expect((await put(id, { api_access: true }, { authorization: "Bearer wrong" })).status).toBe(401);
  const post = await call(`/api/v1/workspaces/${workspace.id}`, { method: "POST", headers: bearer });
  expect([post.status, post.headers.allow]).toEqual([405, "GET, HEAD, PUT"]);
});

test("Unkey's credits use the meter credits, one unit per verification unless a cost is set", async () => {
  const { workspace, actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const ask = async (body: object = {}) => {
    const answer = await call("/v2/keys.verifyKey", {
      method: "POST",
      headers: bearer,
      body: { key: secret, ...body },
    });
    return (answer.json as { data: { code: string } }).data.code;
  };
  expect(await ask()).toBe("VALID");
  await put(workspace.id, { quotas: [{ meter: "credits", limit: 6, period: "month" }] });
  const codes = [
    await ask(),
    await ask({ credits: { cost: 4 } }),
    await ask({ credits: { cost: 2 } }),
    await ask(),
  ];
  expect(codes).toEqual(["VALID", "VALID", "USAGE_EXCEEDED", "VALID"]);
  expect([await ask(), await ask({ credits: { cost: 0 } })]).toEqual(["USAGE_EXCEEDED", "VALID"]);
});
