import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { replacePermissionCatalog } from "@/lib/server/keys/permission-catalog";
import { db, runtime } from "@/lib/server/runtime";
import { createServer } from "@/server/create-server";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace, nowhere } from "@/tests/factories/factories";
import { type Gateway, type GatewayName, startGateway, startHungServer } from "@/tests/peers/gateways";
import { startProtectedApi } from "@/tests/peers/protected-api";
import { type Answer, sendRaw } from "@/tests/processes/key-api-server";
import { freePort } from "@/tests/processes/started-server";

useRuntime();

const keyward = createServer(runtime, (_request, response) => void response.writeHead(404).end());
let api: Awaited<ReturnType<typeof startProtectedApi>>;
beforeAll(async () => {
  api = await startProtectedApi();
  await replacePermissionCatalog(
    {
      permissions: [
        { name: "files:read", title: "Read files", access: "read" },
        { name: "files:write", title: "Change files", access: "write" },
      ],
      routes: [
        { method: "GET", path: "/v1/files/**", permission: "files:read" },
        { method: "*", path: "/v1/files/**", permission: "files:write" },
      ],
    },
    nowhere,
  );
  await new Promise<void>((resolve) => keyward.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  api.close();
  keyward.closeAllConnections();
  keyward.close();
});

const codeOf = ({ json }: Answer) => (json as { error: { code: string } } | null)?.error.code;

describe.each<GatewayName>(["nginx", "caddy", "haproxy"])("behind %s", (name) => {
  let gateway: Gateway;
  const call = (path: string, sent: Parameters<typeof sendRaw>[2]) => sendRaw(gateway.port, path, sent);
  beforeAll(async () => {
    gateway = await startGateway(name, { keyward: (keyward.address() as AddressInfo).port, api: api.port });
  });
  afterAll(() => gateway.stop());

  test("all three header forms are accepted, and the API gets the identity of the caller but never the key", async () => {
    const { actor, workspace, owner } = await makeWorkspace();
    const { secret, key } = await makeKey(actor, { name: "Zürich" });
    const [inWorkspace, ofOwner] = [{ workspaceId: workspace.id }, { userId: owner.id }];
    await db().workspace.update({
      where: { id: workspace.id },
      data: { externalId: `acme-${key.id}` },
    });
    await db().member.updateMany({ where: { ...inWorkspace, ...ofOwner }, data: { externalId: "user:7" } });
    for (const [header, value] of [
      ["x-api-key", secret],
      ["Authorization", `Bearer ${secret}`],
      ["Authorization", `api-key ${secret}`],
    ] as const) {
      const answer = await call("/v1/documents?page=2", {
        method: "POST",
        headers: { [header]: value },
        body: { title: "Minutes" },
      });
      expect([answer.status, answer.body]).toEqual([200, "the API answers"]);
      const { method, url, rawHeaders, body } = api.seen.at(-1) ?? { rawHeaders: [] as string[] };
      expect([method, url, body]).toEqual(["POST", "/v1/documents?page=2", '{"title":"Minutes"}']);
      expect(identityIn(rawHeaders)).toEqual({
        "x-keyward-workspace-id": [workspace.id],
        "x-keyward-key-id": [key.id],
        "x-keyward-key-name": ["Z%C3%BCrich"],
        "x-keyward-permission-level": ["read_write"],
        "x-keyward-permissions": ["files:read files:write"],
        "x-keyward-user-id": [owner.id],
        "x-keyward-role": ["owner"],
        "x-keyward-environment": ["production"],
        "x-keyward-external-workspace-id": [`acme-${key.id}`],
        "x-keyward-external-user-id": ["user:7"],
      });
      expect(rawHeaders.join("\n")).not.toContain(secret);
    }
  });

  test("routes of the catalog decide about custom keys, with the same configuration", async () => {
    const { actor } = await makeWorkspace();
    const { secret } = await makeKey(actor, { permissionLevel: "custom", permissions: ["files:read"] });
    const headers = { "x-api-key": secret };
    expect((await call("/v1/files/1?page=2", { headers })).status).toBe(200);
    expect(identityIn(api.seen.at(-1)?.rawHeaders ?? [])["x-keyward-permissions"]).toEqual(["files:read"]);
    for (const [method, path] of [
      ["DELETE", "/v1/files/1"],
      ["GET", "/v1/other"],
      ["GET", "/v1/files/%2e%2e/other"],
      ["GET", "/v1/files//1"],
    ] as const) {
      const answer = await call(path, { method, headers });
      expect([answer.status, codeOf(answer)], path).toEqual([403, "insufficient_permissions"]);
    }
  });

  test("S48 identity headers from a client, in any spelling, never reach the API", async () => {
    const { actor, workspace } = await makeWorkspace();
    const { secret } = await makeKey(actor, { permissionLevel: "read_only" });
    const names = [
      "X-Keyward-Workspace-Id",
      "X_Keyward_Workspace_Id",
      "x-keyward_workspace-id",
      "X_KEYWARD-ROLE",
    ];
    const forged = [
      ...names,
      ...names,
      "X-Keyward-Role",
      "X-Keyward-Permission-Level",
      "X-Keyward-Permission_Level",
    ];
    const answer = await call("/v1/documents", {
      headers: [...forged.map((header): [string, string] => [header, "forged"]), ["x-api-key", secret]],
    });
    expect(answer.status).toBe(200);
    const { rawHeaders } = api.seen.at(-1) ?? { rawHeaders: [] };
    expect(rawHeaders.join("\n")).not.toContain("forged");
    expect(identityIn(rawHeaders)["x-keyward-workspace-id"]).toEqual([workspace.id]);
    expect(identityIn(rawHeaders)["x-keyward-permission-level"]).toEqual(["read_only"]);
  });

  test("S51 a client cannot override the method or path that is decided about", async () => {
    const { actor } = await makeWorkspace();
    const { secret } = await makeKey(actor, { permissionLevel: "read_only" });
    const before = api.seen.length;
    for (const [method, uri] of [
      ["X-Original-Method", "X-Original-URI"],
      ["X-Forwarded-Method", "X-Forwarded-Uri"],
      ["X_Original_Method", "X_Original_Uri"],
      ["X_Forwarded_Method", "X_Forwarded_Uri"],
    ] as const) {
      const answer = await call("/v1/documents?deny=no&workspace=ws_other", {
        method: "DELETE",
        headers: [
          [method, "GET"],
          [uri, "/"],
          ["x-api-key", secret],
        ],
      });
      expect([400, 403], `${method} → ${answer.body}`).toContain(answer.status);
    }
    expect(api.seen.length).toBe(before);
  });

  test("each denial has its status and code, and 429 has Retry-After", async () => {
    const { actor } = await makeWorkspace();
    const readOnly = await makeKey(actor, { permissionLevel: "read_only" });
    const limited = await makeKey(actor, { rateLimitPerMinute: 1 });
    const bound = await makeKey(actor, { allowedIps: ["198.51.100.0/24"] });
    const before = api.seen.length;
    const denied: [Parameters<typeof call>[1], number, string][] = [
      [{}, 401, "missing_key"],
      [{ headers: { "x-api-key": "kw_sk_nonsense" } }, 401, "invalid_key"],
      [{ method: "POST", headers: { "x-api-key": readOnly.secret } }, 403, "insufficient_permissions"],
      [{ headers: { "x-api-key": bound.secret, "x-forwarded-for": "198.51.100.7" } }, 403, "ip_not_allowed"],
      [
        {
          headers: [
            ["x-api-key", limited.secret],
            ["x-api-key", limited.secret],
          ],
        },
        400,
        "invalid_request",
      ],
    ];
    for (const [sent, status, code] of denied) {
      const answer = await call("/v1/documents", sent);
      expect([answer.status, codeOf(answer)], answer.body).toEqual([status, code]);
      expect(answer.headers["x-keyward-error"]).toBe(code);
    }
    expect(api.seen.length).toBe(before);
    expect((await call("/v1", { headers: { "x-api-key": limited.secret } })).status).toBe(200);
    const answer = await call("/v1", { headers: { "x-api-key": limited.secret } });
    expect([answer.status, codeOf(answer)]).toEqual([429, "rate_limit_exceeded"]);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThanOrEqual(1);
    expect(answer.headers.ratelimit).toMatch(/"default";r=0/);
    expect((await call("/v1", {})).headers["www-authenticate"]).toMatch(/^Bearer/);
  });

  test("key management and the workspace's own API are answered by Keyward itself", async () => {
    const { actor } = await makeWorkspace();
    const { secret } = await makeKey(actor, { canManageKeys: true });
    const before = api.seen.length;
    for (const path of [
      "/auth/api-keys",
      "/auth/api-keys/current",
      "/api/public/v1/me",
      "/api/public/v1/access-logs",
    ])
      expect((await call(path, { headers: { "x-api-key": secret } })).status, path).toBe(200);
    expect(api.seen.length).toBe(before);
  });

  test("a gateway that is configured for one workspace accepts only its keys, and a client's query can't change that", async () => {
    const { actor, workspace } = await makeWorkspace();
    const own = await makeKey(actor);
    const other = await makeWorkspace();
    const foreign = await makeKey(other.actor);
    const ports = { keyward: (keyward.address() as AddressInfo).port, api: api.port };
    const bound = await startGateway(name, ports, workspace.id);
    try {
      const ask = (secret: string) =>
        sendRaw(bound.port, `/v1/documents?workspace=${other.workspace.id}`, {
          headers: { "x-api-key": secret },
        });
      expect((await ask(own.secret)).status).toBe(200);
      const before = api.seen.length;
      const refused = await ask(foreign.secret);
      expect([refused.status, codeOf(refused)]).toEqual([403, "insufficient_permissions"]);
      expect(api.seen.length).toBe(before);
    } finally {
      await bound.stop();
    }
  });

  // The hung server never answers: a configuration without a timeout waits for a minute, as nginx does, or forever.
  test("S50 while Keyward is down or hangs every request is rejected within the timeout", async () => {
    const { actor } = await makeWorkspace();
    const { secret } = await makeKey(actor);
    const hung = await startHungServer();
    const before = api.seen.length;
    for (const port of [await freePort(), hung.port]) {
      const broken = await startGateway(name, { keyward: port, api: api.port });
      const answer = await sendRaw(broken.port, "/v1/documents", { headers: { "x-api-key": secret } });
      expect([500, 502, 503, 504]).toContain(answer.status);
      await broken.stop();
    }
    hung.close();
    expect(api.seen.length).toBe(before);
  }, 45_000);
});

function identityIn(rawHeaders: string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    if (/^x.keyward/.test(name)) found[name] = [...(found[name] ?? []), rawHeaders[index + 1] as string];
  }
  return found;
}
