import { hash } from "node:crypto";
import { afterEach, expect, test, vi } from "vitest";
import { type PublicErrorCode, publicErrorCodes } from "@/lib/contracts/error-codes";
import { examples } from "@/lib/contracts/http-api/examples";
import { forwardAuthPath } from "@/lib/contracts/http-api/forward-auth-operations";
import type { Operation } from "@/lib/contracts/http-api/operation";
import { operations } from "@/lib/contracts/http-api/operations";
import { systemActor } from "@/lib/server/actor";
import { sendTestEvent } from "@/lib/server/events/deliveries";
import { storeAttempts } from "@/lib/server/events/delivery-store";
import { createSubscription, updateSubscription } from "@/lib/server/events/manage-subscriptions";
import { changeApiKey } from "@/lib/server/keys/change-api-key";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { db, runtime } from "@/lib/server/runtime";
import { setApiAccess } from "@/lib/server/workspaces/workspace-settings";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { useGithubKeys } from "@/tests/peers/github-keys-server";
import { type Answer, useKeyApi } from "@/tests/processes/key-api-server";

const token = "a-service-token-of-a-test";
const github = useGithubKeys();
const settings = { SERVICE_TOKEN: token, WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" };
useRuntime(Object.assign(github.settings, settings));
/** Throws for each answer that the description forbids. */
const call = useKeyApi();
afterEach(() => vi.restoreAllMocks());

type Sent = {
  params?: Record<string, string>;
  query?: string;
  headers?: Record<string, string>;
  body?: unknown;
};

/** Calls an operation with a body in the form that it takes. */
function send(id: string, { params = {}, query = "", headers = {}, body }: Sent): Promise<Answer> {
  const { method, path, bodyType } = operations[id] as Operation;
  const target = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "key_unknown");
  if (bodyType !== "application/x-www-form-urlencoded")
    return call(target + query, { method, headers, body });
  const form = new URLSearchParams(body as Record<string, string>).toString();
  return call(target, { method, headers: { "content-type": bodyType, ...headers }, body: form });
}

/** A value without what differs from one run to the next: ids, secrets, times and what they count. */
function settled(value: unknown, name = ""): unknown {
  if (name === "last_used_at") return null;
  if (/^(key|key_prefix|key_suffix|slug|complete_up_to|endpointUrl)$/.test(name) && typeof value !== "object")
    return name;
  if (/^(after_ms|iat|exp|reset|remaining|used|latencyMs)$/.test(name)) return typeof value;
  if (Array.isArray(value)) return value.map((inner) => settled(inner));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([inner, of]) => [inner, settled(of, inner)]));
  if (typeof value !== "string") return value;
  const [, prefix] = /^(ws|usr|key|req|sub|evt|dlv)_[0-9a-z]{20,}$/.exec(value) ?? [];
  return prefix ?? value.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/, "a time");
}

test("each operation answers its example", async () => {
  const { workspace, actor } = await makeWorkspace({ name: "Acme" });
  const service = { authorization: `Bearer ${token}` };
  const manager = await makeKey(actor, { name: "CI deploy", canManageKeys: true });
  const byManager = { "x-api-key": manager.secret };
  const called = new Set<string>();
  const demand = async (id: keyof typeof examples, sent: Sent = {}, other: object = {}) => {
    const { request, answer: example } = examples[id] as { request?: object | string; answer?: unknown };
    const isFields = typeof request === "object" && !Array.isArray(request);
    const body = isFields ? { ...request, ...other } : request;
    const answer = await send(id, { ...sent, body });
    expect(answer.status, `${id} ${answer.body}`).toBe(operations[id]?.status ?? 200);
    expect(settled(answer.json), id).toEqual(settled(example ?? null));
    called.add(id);
    return answer.json as { id: string; key_id: string; key: string; entries: { at: string }[] };
  };
  const ofWorkspace = { headers: service, params: { workspace_id: workspace.id } };
  await demand("updateWorkspace", ofWorkspace);
  await demand("getWorkspace", ofWorkspace);
  await demand("listWorkspaces", { headers: service, query: "?limit=1" });
  await demand("replacePermissions", { headers: service });
  await demand("getPermissions", { headers: service });
  const { key_id, key } = await demand("createApiKey", { headers: byManager });
  const ofKey = { headers: byManager, params: { key_id } };
  await demand("getApiKey", ofKey);
  await demand("listApiKeys", { headers: byManager });
  await demand("verifyKey", { headers: service }, { key });
  await demand("introspectToken", { headers: service }, { token: key });
  await demand("verifyKeyForUnkey", { headers: service }, { key: manager.secret });
  await demand("updateApiKey", ofKey);
  await demand("updateApiKeyWithPut", ofKey);
  await demand("rotateApiKey", ofKey);
  await demand("moveApiKeyOverlap", ofKey);
  await demand("cancelApiKeyRotation", ofKey);
  await demand("revokeApiKey", ofKey);
  await demand("recordUsage", { headers: service }, { workspace_id: workspace.id });
  const ofMember = { headers: service, params: { workspace_id: workspace.id, member_id: "ext:user-7" } };
  const added = await send("putMember", { ...ofMember, body: { name: "Someone", role: "viewer" } });
  expect(added.status, added.body).toBe(201);
  await demand("putMember", ofMember);
  const customers = await demand("createWorkspaceApiKey", ofWorkspace);
  const ofCustomers = {
    headers: service,
    params: { workspace_id: workspace.id, key_id: customers.key_id },
  };
  await demand("importWorkspaceApiKeys", ofWorkspace);
  await demand("getWorkspaceApiKey", ofCustomers);
  const listed = await send("listWorkspaceApiKeys", ofWorkspace);
  const { keys } = listed.json as { keys: { key_id: string }[] };
  expect(settled(keys.find(({ key_id: id }) => id === customers.key_id))).toEqual(
    settled(examples.listWorkspaceApiKeys.answer.keys[0]),
  );
  called.add("listWorkspaceApiKeys");
  await demand("updateWorkspaceApiKey", ofCustomers);
  await demand("rotateWorkspaceApiKey", ofCustomers);
  await demand("moveWorkspaceApiKeyOverlap", ofCustomers);
  await demand("cancelWorkspaceApiKeyRotation", ofCustomers);
  await demand("revokeWorkspaceApiKey", ofCustomers);
  await demand("removeMember", { ...ofMember, query: "?keys=revoke" });

  await demand("sendEvent", { headers: service }, { workspace_id: workspace.id });
  const endpoint = { endpointUrl: "https://127.0.0.1:1/" };
  for (const [of, sender] of [
    ["", { headers: byManager, params: {} }],
    ["Workspace", ofWorkspace],
  ] as const) {
    const { id } = await demand(`create${of}EventSubscription`, sender, endpoint);
    const ofSubscription = { ...sender, params: { ...sender.params, subscription_id: id } };
    await demand(`get${of}EventSubscription`, ofSubscription);
    await demand(`list${of}EventSubscriptions`, ofSubscription);
    const { id: deliveryId } = await demand(`test${of}EventSubscription`, ofSubscription);
    const at = new Date().toISOString();
    const attempt = { at, latencyMs: 87, status: 204, error: null, answer: "", signature: "" };
    const taken = { id: deliveryId, subscriptionId: id, ...endpoint, takenUntil: at };
    await storeAttempts([{ ...taken, attempt, status: "delivered", delayMs: 0, retryAfterMs: null }]);
    const ofDelivery = { ...sender, params: { ...ofSubscription.params, delivery_id: deliveryId } };
    await demand(`get${of}Delivery`, ofDelivery);
    await demand(`list${of}Deliveries`, ofSubscription);
    await demand(`retry${of}Delivery`, ofDelivery);
    await demand(`replay${of}Events`, ofSubscription);
    await demand(`update${of}EventSubscription`, ofSubscription);
    await demand(`delete${of}EventSubscription`, ofSubscription);
  }

  const caller = await makeKey(actor, { name: "Caller" });
  const client = { "user-agent": "curl/8.11.0" };
  const me = await call("/api/public/v1/me", { headers: { ...client, "x-api-key": caller.secret } });
  expect(me.status).toBe(200);
  const ofCaller = `?key_id=${caller.key.id}`;
  const { entries } = await demand("listAccessLogs", { headers: byManager, query: ofCaller });
  // The day of the call: the test may run past midnight.
  const day = `&from=${entries[0]?.at}&to=${entries[0]?.at}`;
  await demand("getUsage", { headers: byManager, query: ofCaller + day });
  await demand("getMe", { headers: byManager });
  // Files and streams have no example: access-log-streams.test.ts and metrics.test.ts read them.
  called.add("exportAccessLogs").add("streamAccessLogs").add("getMetrics");
  await demand("getHealth");
  await demand("getReadiness");
  await demand("answerPreflight");
  await demand("revokeCredentials");
  const report = JSON.stringify(examples.reportGithubLeaks.request);
  await demand("reportGithubLeaks", { headers: github.headersOf(report) });
  const document = await send("getOpenApi", {});
  expect(document.json).toMatchObject(examples.getOpenApi.answer);
  called.add("getOpenApi");
  expect([...called].sort()).toEqual(Object.keys(examples).sort());
});

/** `unavailable` needs a database that is away: server/hung-database.test.ts calls each operation without one. */
const elsewhere: PublicErrorCode[] = ["unavailable"];

test("each operation answers each error that the description lists", async () => {
  const service = { authorization: `Bearer ${token}` };
  const seen = new Set<string>();
  const demand = async (id: string, code: PublicErrorCode, sent: Sent) => {
    const gateway = { "x-forwarded-method": "GET", "x-forwarded-uri": "/v1/documents" };
    const original = operations[id]?.path === forwardAuthPath ? gateway : {};
    const answer = await send(id, { ...sent, headers: { ...original, ...sent.headers } });
    const { error } = (answer.json ?? {}) as { error?: { code: string } };
    expect([answer.status, error?.code], `${id} ${answer.body}`).toEqual([
      publicErrorCodes[code].status,
      code,
    ]);
    seen.add(`${id} ${code}`);
  };
  const rows = Object.entries(operations).filter(([, { errors }]) => errors.length > 0);
  const ofKeys = rows.filter(([, { access }]) => access === "key");
  const ofServices = rows.filter(([, { access }]) => access.startsWith("service"));

  const { actor } = await makeWorkspace();
  const make = (input: Parameters<typeof makeKey>[1] = {}) =>
    makeKey(actor, { canManageKeys: true, ...input });
  const [good, revoked, disabled, expired] = [await make(), await make(), await make(), await make()];
  const bound = await make({ allowedIps: ["203.0.113.9"] });
  const readOnly = await make({ permissionLevel: "read_only" });
  await revokeApiKey(actor, revoked.key.id);
  await changeApiKey(actor, disabled.key.id, { disabled: true });
  await db().apiKey.update({ where: { id: expired.key.id }, data: { expiresAt: new Date(0) } });
  const closed = await makeWorkspace();
  const closedKey = await makeKey(closed.actor, { canManageKeys: true });
  await setApiAccess(systemActor(closed.workspace.id, "Operator"), false);
  const spent = await makeWorkspace();
  const spentKey = await makeKey(spent.actor, { canManageKeys: true });
  const bounded = await send("updateWorkspace", {
    headers: service,
    params: { workspace_id: spent.workspace.id },
    body: { quotas: [{ meter: "requests", limit: 0, period: "month" }] },
  });
  expect(bounded.status, bounded.body).toBe(200);

  const by = ({ secret }: { secret: string }) => ({ "x-api-key": secret });
  for (const [id] of ofKeys) {
    const limited = await make({ rateLimitPerMinute: 1 });
    expect((await call("/api/public/v1/me", { headers: by(limited) })).status).toBe(200);
    await demand(id, "rate_limit_exceeded", { headers: by(limited) });
    await demand(id, "missing_key", {});
    await demand(id, "invalid_key", { headers: { "x-api-key": "not-a-key" } });
    await demand(id, "revoked_key", { headers: by(revoked) });
    await demand(id, "disabled_key", { headers: by(disabled) });
    await demand(id, "expired_key", { headers: by(expired) });
    await demand(id, "api_access_disabled", { headers: by(closedKey) });
    await demand(id, "ip_not_allowed", { headers: by(bound) });
    const write = { "x-http-method-override": "DELETE" };
    await demand(id, "insufficient_permissions", { headers: { ...by(readOnly), ...write } });
    await demand(id, "quota_exceeded", { headers: by(spentKey) });
    const another = { authorization: `Bearer ${readOnly.secret}` };
    await demand(id, "invalid_request", { headers: { ...by(good), ...another } });
  }
  for (const [id, { errors }] of ofServices) {
    await demand(id, "missing_key", {});
    await demand(id, "invalid_key", { headers: { authorization: "Bearer another-token" } });
    if (errors.includes("invalid_request"))
      await demand(id, "invalid_request", {
        headers: service,
        ...(operations[id]?.query ? { query: "?nonsense=1" } : { body: { nonsense: "1" } }),
      });
  }
  await demand("getMetrics", "not_found", {});
  runtime().env.metricsToken = "a-metrics-token-of-a-test";
  await demand("getMetrics", "missing_key", {});
  await demand("getMetrics", "invalid_key", { headers: { authorization: "Bearer another-token" } });
  for (const [id, { access, body, errors }] of rows)
    if (body && errors.includes("payload_too_large") && id !== "reportGithubLeaks")
      await demand(id, "payload_too_large", {
        headers: access === "key" ? by(good) : service,
        body: { name: "x".repeat(70_000) },
      });

  const bodies = {
    updateApiKey: { name: "Other" },
    updateApiKeyWithPut: { name: "Other" },
    rotateApiKey: {},
    moveApiKeyOverlap: { overlap_seconds: 60 },
  };
  for (const [id, { path, errors }] of ofKeys) {
    if (!path.includes("{key_id}")) continue;
    const body = bodies[id as keyof typeof bodies];
    await demand(id, "not_found", { headers: by(good), params: { key_id: "key_unknown" }, body });
    if (errors.includes("conflict"))
      await demand(id, "conflict", { headers: by(good), params: { key_id: revoked.key.id }, body });
  }
  const subscriptionOf: Parameters<typeof createSubscription>[1] = {
    endpointUrl: "https://127.0.0.1:1/",
    eventTypes: ["*"],
    signingSecret: "a secret of the receiver",
  };
  const subscribed = await makeWorkspace();
  const { id: subscriptionId } = await createSubscription(subscribed.actor, subscriptionOf);
  const { id: deliveryId } = await sendTestEvent(subscribed.actor, subscriptionId);
  await updateSubscription(subscribed.actor, subscriptionId, { status: "paused" });
  const bySubscriber = by(await makeKey(subscribed.actor));
  const replay = { from: "2026-11-22T08:00:00Z", to: "2026-11-22T09:00:00Z" };
  for (const [id, { path, errors }] of ofKeys) {
    if (!path.includes("{subscription_id}")) continue;
    const body = id === "replayEvents" ? replay : undefined;
    await demand(id, "not_found", { headers: by(good), params: { subscription_id: subscriptionId }, body });
    const params = { subscription_id: subscriptionId, delivery_id: deliveryId };
    if (errors.includes("conflict")) await demand(id, "conflict", { headers: bySubscriber, params, body });
  }
  for (let more = 1; more < 50; more += 1) await createSubscription(subscribed.actor, subscriptionOf);
  await demand("createEventSubscription", "conflict", { headers: bySubscriber, body: subscriptionOf });
  for (const [id, { path, errors }] of ofServices) {
    if (!path.includes("/event-subscriptions") || !errors.includes("conflict")) continue;
    const ids = { subscription_id: subscriptionId, delivery_id: deliveryId };
    const params = { workspace_id: subscribed.workspace.id, ...ids };
    const body = { replayWorkspaceEvents: replay, createWorkspaceEventSubscription: subscriptionOf }[id];
    await demand(id, "conflict", { headers: service, params, body });
  }
  const { endpointTests, eventSends, eventReplays } = runtime();
  const spies = [endpointTests, eventSends, eventReplays].map((one) =>
    vi.spyOn(one, "consume").mockResolvedValue(1000),
  );
  for (const [id, { path, errors }] of ofServices) {
    if (!path.includes("/event-subscriptions") || !errors.includes("rate_limit_exceeded")) continue;
    const ids = { subscription_id: subscriptionId, delivery_id: deliveryId };
    const named = { ...subscriptionOf, endpointUrl: "https://host.test/" };
    const body = {
      replayWorkspaceEvents: replay,
      createWorkspaceEventSubscription: named,
      updateWorkspaceEventSubscription: { endpointUrl: named.endpointUrl },
    }[id];
    const params = { workspace_id: subscribed.workspace.id, ...ids };
    await demand(id, "rate_limit_exceeded", { headers: service, params, body });
  }
  for (const spy of spies) spy.mockRestore();
  const event = { workspace_id: subscribed.workspace.id, type: "a.b", data: {}, idempotency_key: "one" };
  expect((await send("sendEvent", { headers: service, body: event })).status).toBe(202);
  await demand("sendEvent", "conflict", { headers: service, body: { ...event, data: { a: 1 } } });
  await demand("sendEvent", "not_found", {
    headers: service,
    body: { ...event, workspace_id: "ws_unknown" },
  });

  const once = {
    headers: { ...by(good), "idempotency-key": "one" },
    body: { name: "One", permission_level: "read_only" },
  };
  expect((await send("createApiKey", once)).status).toBe(200);
  await demand("createApiKey", "conflict", once);

  const record = { meter: "requests", amount: 1, idempotency_key: "one" };
  const recordIn = (workspace_id: string) => ({ headers: service, body: { ...record, workspace_id } });
  await demand("recordUsage", "quota_exceeded", recordIn(spent.workspace.id));
  await demand("recordUsage", "not_found", recordIn("ws_unknown"));

  const { workspace } = await makeWorkspace();
  const taken = await makeWorkspace();
  const customersKey = await makeKey(taken.actor);
  const bodyOf: Record<string, object> = {
    updateWorkspace: { api_access: true },
    putMember: { name: "Grace", role: "member" },
    createWorkspaceApiKey: { name: "One", permission_level: "read_only" },
    updateWorkspaceApiKey: { name: "Other" },
    rotateWorkspaceApiKey: {},
    moveWorkspaceApiKeyOverlap: { overlap_seconds: 60 },
    createWorkspaceEventSubscription: subscriptionOf,
    replayWorkspaceEvents: replay,
  };
  const queryOf: Record<string, string> = { removeMember: "?keys=revoke" };
  const inWorkspace = (id: string, params: Record<string, string>, headers = service) => ({
    headers,
    params: {
      ...{ workspace_id: workspace.id, key_id: "key_unknown", member_id: "usr_unknown" },
      ...{ subscription_id: "sub_unknown", delivery_id: "dlv_unknown", ...params },
    },
    query: queryOf[id] ?? "",
    body: bodyOf[id],
  });
  for (const [id, { path, errors }] of ofServices)
    if (path.includes("{workspace_id}") && errors.includes("not_found"))
      await demand(id, "not_found", inWorkspace(id, { workspace_id: "ws_unknown" }));
  const boundToken = "a-service-token-of-one-workspace";
  const digest = hash("sha256", boundToken, "buffer");
  runtime().env.serviceTokens.push({ digest, label: "one", workspaceId: workspace.id });
  const byBound = { authorization: `Bearer ${boundToken}` };
  const person = { workspace_id: taken.workspace.id, member_id: taken.owner.id };
  await demand("updateWorkspace", "insufficient_permissions", inWorkspace("updateWorkspace", {}, byBound));
  await demand("getPermissions", "insufficient_permissions", { headers: byBound });
  await demand("replacePermissions", "insufficient_permissions", {
    headers: byBound,
    body: { permissions: [] },
  });
  await demand("putMember", "insufficient_permissions", inWorkspace("putMember", person));
  await demand("removeMember", "insufficient_permissions", inWorkspace("removeMember", person));
  const viewer = await makeMember(taken.workspace, "viewer");
  const viewersKey = await makeKey(viewer.actor, { permissionLevel: "read_only" });
  await demand("rotateWorkspaceApiKey", "insufficient_permissions", {
    headers: service,
    params: { workspace_id: taken.workspace.id, key_id: viewersKey.key.id },
    body: { permission_level: "read_write" },
  });

  const ofTaken = (key_id: string) => ({ workspace_id: taken.workspace.id, key_id });
  const named = { headers: service, body: { external_id: "acme" } };
  await send("updateWorkspace", { ...named, params: { workspace_id: workspace.id } });
  await demand("updateWorkspace", "conflict", {
    ...named,
    params: { workspace_id: taken.workspace.id },
  });
  const creation = {
    ...inWorkspace("createWorkspaceApiKey", ofTaken("")),
    headers: { ...service, "idempotency-key": "one" },
  };
  expect((await send("createWorkspaceApiKey", creation)).status).toBe(200);
  await demand("createWorkspaceApiKey", "conflict", creation);
  for (const id of ["moveWorkspaceApiKeyOverlap", "cancelWorkspaceApiKeyRotation"])
    await demand(id, "conflict", inWorkspace(id, ofTaken(customersKey.key.id)));
  await revokeApiKey(taken.actor, customersKey.key.id);
  for (const id of ["updateWorkspaceApiKey", "rotateWorkspaceApiKey"])
    await demand(id, "conflict", inWorkspace(id, ofTaken(customersKey.key.id)));

  const declare = (access: string) => ({
    headers: service,
    body: { permissions: [{ name: "files:read", title: "Read files", access }] },
  });
  expect((await send("replacePermissions", declare("read"))).status).toBe(200);
  await demand("replacePermissions", "conflict", declare("write"));

  // A mistake in the program.
  vi.spyOn(runtime().engine.keyFormats, "holdsKey").mockImplementation(() => {
    throw new Error("a mistake");
  });
  for (const [id] of ofKeys) await demand(id, "internal_error", { headers: by(good) });
  const { env } = runtime();
  const { serviceTokens } = env;
  Object.assign(env, { serviceTokens: null });
  for (const [id] of ofServices) await demand(id, "internal_error", { headers: service, body: {} });
  Object.assign(env, { serviceTokens });

  await demand("revokeCredentials", "invalid_request", { body: {} });
  const throttled = vi.spyOn(runtime().leakReports, "consume");
  throttled.mockResolvedValueOnce(1000);
  await demand("revokeCredentials", "rate_limit_exceeded", { body: {} });
  throttled.mockRejectedValueOnce(new Error("a mistake"));
  await demand("revokeCredentials", "internal_error", { body: {} });

  const reportLeaks = (body: string, headers = github.headersOf(body)) => ({ headers, body });
  await demand("reportGithubLeaks", "invalid_request", reportLeaks("{}"));
  await demand("reportGithubLeaks", "invalid_key", reportLeaks("[]", github.headersOf("{}")));
  await demand("reportGithubLeaks", "payload_too_large", reportLeaks(" ".repeat(1024 * 1024 + 1)));
  vi.spyOn(runtime().engine.keyFormats, "fits").mockImplementation(() => {
    throw new Error("a mistake");
  });
  await demand("reportGithubLeaks", "internal_error", reportLeaks('[{"token":"t","type":"t"}]'));

  const documented = rows.flatMap(([id, { errors }]) =>
    errors.filter((code) => !elsewhere.includes(code)).map((code) => `${id} ${code}`),
  );
  expect([...seen].sort()).toEqual(documented.sort());
}, 180_000);
