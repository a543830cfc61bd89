import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { examples } from "@/lib/contracts/http-api/examples";
import type { Operation } from "@/lib/contracts/http-api/operation";
import { operations } from "@/lib/contracts/http-api/operations";
import { listDeliveries, sendTestEvent } from "@/lib/server/events/deliveries";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { sendRaw, useKeyApiServer } from "@/tests/processes/key-api-server";
import { freePort } from "@/tests/processes/started-server";
import { waitUntil } from "@/tests/wait-until";

const token = "a-service-token-of-a-test";
useRuntime({
  SERVICE_TOKEN: token,
  API_BASE_URL: "https://keys.acme.test",
  WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8",
});
const server = useKeyApiServer();
const folder = import.meta.dirname;
const description = path.join(mkdtempSync(path.join(tmpdir(), "keyward-test-")), "openapi.json");
let prismPort = 0;
let stopPrism = () => {};

beforeAll(async () => {
  if (!existsSync(path.join(folder, "node_modules", ".package-lock.json")))
    await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
  writeFileSync(description, (await sendRaw(server.port(), "/openapi.json", {})).body);
  prismPort = await freePort();
  const program = path.join(folder, "node_modules/@stoplight/prism-cli/dist/index.js");
  const options = ["--port", String(prismPort), "--host", "127.0.0.1", "--cors", "false"];
  const prism = spawn(process.execPath, [program, "proxy", description, server.origin(), ...options]);
  stopPrism = () => void prism.kill("SIGKILL");
  let output = "";
  for (const stream of [prism.stdout, prism.stderr]) stream.on("data", (chunk) => (output += chunk));
  await waitUntil("Prism listens", async () => /is listening/.test(output), 60_000).catch((error) => {
    throw new Error(`${error}\n${output}`);
  });
}, 240_000);
afterAll(() => stopPrism());

test("the OpenAPI document passes a linter", async () => {
  const lint = await promisify(execFile)(process.execPath, [
    path.join(folder, "lint.mjs"),
    description,
  ]).catch((error) => error);
  expect(lint.stdout).toBe("");
});

test("a validating proxy accepts every answer", async () => {
  const { workspace, actor } = await makeWorkspace();
  const manager = await makeKey(actor, { canManageKeys: true });
  const readOnly = await makeKey(actor, { permissionLevel: "read_only" });
  const byKey = { "x-api-key": manager.secret };
  const byService = { authorization: `Bearer ${token}` };
  type Sent = { params?: Record<string, string>; headers?: Record<string, string>; other?: object };
  const demand = async (id: string, status: number, { params = {}, headers = {}, other = {} }: Sent) => {
    const { method, path: template, bodyType = "application/json", body } = operations[id] as Operation;
    const given = (examples as Record<string, { request?: object | string }>)[id]?.request;
    const example = typeof given === "string" ? given : { ...given, ...other };
    const form = new URLSearchParams(
      typeof example === "string" ? "" : (example as Record<string, string>),
    ).toString();
    const answer = await sendRaw(
      prismPort,
      template.replace(/\{(\w+)\}/g, (_, name) => params[name] ?? ""),
      {
        method,
        headers: body ? { "content-type": bodyType, ...headers } : headers,
        ...(body && { body: bodyType === "application/x-www-form-urlencoded" ? form : example }),
      },
    );
    expect(answer.status, `${id} ${answer.body}`).toBe(status);
    const violations = JSON.parse(String(answer.headers["sl-violations"] ?? "[]")) as {
      location: string[];
    }[];
    expect(
      violations.filter(({ location }) => location[0] === "response"),
      id,
    ).toEqual([]);
    return answer.json as { id: string; key_id: string; key: string };
  };
  await demand("updateWorkspace", 200, { headers: byService, params: { workspace_id: workspace.id } });
  const { key_id, key } = await demand("createApiKey", 200, { headers: byKey });
  const ofKey = { headers: byKey, params: { key_id } };
  for (const id of ["getApiKey", "updateApiKey", "updateApiKeyWithPut", "rotateApiKey", "revokeApiKey"])
    await demand(id, 200, ofKey);
  for (const id of ["listApiKeys", "getMe", "listAccessLogs", "getUsage"])
    await demand(id, 200, { headers: byKey });
  await demand("verifyKey", 200, { headers: byService, other: { key } });
  await demand("verifyKey", 200, { headers: byService, other: { key: manager.secret } });
  await demand("introspectToken", 200, { headers: byService, other: { token: key } });
  await demand("introspectToken", 200, { headers: byService, other: { token: manager.secret } });
  await demand("verifyKeyForUnkey", 200, { headers: byService, other: { key: manager.secret } });
  await demand("recordUsage", 200, { headers: byService, other: { workspace_id: workspace.id } });
  const gateway = { "x-forwarded-method": "GET", "x-forwarded-uri": "/v1/documents" };
  await demand("forwardAuth", 200, { headers: { ...byKey, ...gateway } });
  await demand("forwardAuthOfPath", 200, { headers: byKey, params: { original_path: "documents" } });
  const ofWorkspace = { headers: byService, params: { workspace_id: workspace.id, member_id: "ext:user-7" } };
  await demand("putMember", 201, ofWorkspace);
  await demand("putMember", 200, ofWorkspace);
  await demand("replacePermissions", 200, { headers: byService });
  const customers = await demand("createWorkspaceApiKey", 200, ofWorkspace);
  const ofCustomers = { headers: byService, params: { ...ofWorkspace.params, key_id: customers.key_id } };
  for (const id of [
    "getWorkspace",
    "listWorkspaces",
    "getPermissions",
    "listWorkspaceApiKeys",
    "importWorkspaceApiKeys",
    "getWorkspaceApiKey",
    "updateWorkspaceApiKey",
    "rotateWorkspaceApiKey",
    "moveWorkspaceApiKeyOverlap",
    "cancelWorkspaceApiKeyRotation",
    "revokeWorkspaceApiKey",
  ])
    await demand(id, 200, ofCustomers);
  await demand("sendEvent", 202, { ...ofWorkspace, other: { workspace_id: workspace.id } });
  const endpoint = { endpointUrl: "https://127.0.0.1:1/" };
  for (const [of, sent] of [
    ["", { headers: byKey }],
    ["Workspace", ofWorkspace],
  ] as const) {
    const { id } = await demand(`create${of}EventSubscription`, 201, { ...sent, other: endpoint });
    const params = { workspace_id: workspace.id, subscription_id: id };
    // Not through Prism: see below.
    await sendTestEvent(actor, id);
    const { deliveries } = await listDeliveries(actor, id, { limit: 1 });
    const ofDelivery = { ...sent, params: { ...params, delivery_id: deliveries[0]?.id as string } };
    for (const [name, status] of [
      [`list${of}EventSubscriptions`, 200],
      [`get${of}EventSubscription`, 200],
      [`update${of}EventSubscription`, 200],
      [`list${of}Deliveries`, 200],
      [`get${of}Delivery`, 200],
      [`replay${of}Events`, 202],
      [`delete${of}EventSubscription`, 204],
    ] as const)
      await demand(name, status, name.startsWith("update") ? { ...ofDelivery, other: endpoint } : ofDelivery);
  }
  for (const id of ["getHealth", "getReadiness", "getOpenApi"]) await demand(id, 200, {});

  for (const [id, { access, path: template, method, body }] of Object.entries(operations)) {
    // Gateways' other methods are described alike; Prism forwards a POST without a body as a malformed request.
    if (access === "none" || /^forwardAuth.*By[A-Z]/.test(id) || (method === "POST" && !body)) continue;
    const params = {
      ...{ original_path: "documents", key_id },
      ...{ workspace_id: "ws_unknown", member_id: "usr_unknown" },
      ...{ subscription_id: "sub_unknown", delivery_id: "dlv_unknown" },
    };
    await demand(id, 401, { params, headers: gateway });
    const wrong: Record<string, string> =
      access === "key" ? { "x-api-key": "not-a-key" } : { authorization: "Bearer another" };
    await demand(id, 401, { params, headers: { ...gateway, ...wrong } });
    if (access !== "key") continue;
    const write = { ...gateway, "x-api-key": readOnly.secret, "x-http-method-override": "DELETE" };
    await demand(id, 403, { params, headers: write });
    if (template.includes("{key_id}"))
      await demand(id, 404, { params: { key_id: "key_unknown" }, headers: byKey });
  }
  await demand("verifyKey", 400, { headers: byService, other: { cost: 1 } });
  await demand("verifyKeyForUnkey", 400, { headers: byService, other: { permissions: "AND" } });
  await demand("updateWorkspace", 404, { headers: byService, params: { workspace_id: "ws_unknown" } });
}, 120_000);
