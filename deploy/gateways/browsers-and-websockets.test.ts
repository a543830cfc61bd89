import { request as httpRequest } from "node:http";
import type { Duplex } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { type Gateway, type GatewayName, startGateway } from "@/tests/peers/gateways";
import { startProtectedApi } from "@/tests/peers/protected-api";
import { sendRaw, useKeyApiServer } from "@/tests/processes/key-api-server";

const page = "https://app.example.com";
useRuntime({ API_CORS_ORIGINS: page });
const keyward = useKeyApiServer();
let api: Awaited<ReturnType<typeof startProtectedApi>>;
beforeAll(async () => {
  api = await startProtectedApi();
});
afterAll(() => api.close());

describe.each<GatewayName>(["nginx", "caddy", "haproxy"])("behind %s", (name) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(name, { keyward: keyward.port(), api: api.port });
  });
  afterAll(() => gateway.stop());

  test("S64 a WebSocket is authorized at its handshake, then carries data in both directions", async () => {
    const { actor, workspace } = await makeWorkspace();
    const { secret } = await makeKey(actor, { permissionLevel: "read_only" });
    for (const connection of [
      "Upgrade",
      "keep-alive, Upgrade",
      "x-keyward-role,upgrade,X-Keyward-Workspace-Id",
    ]) {
      const socket = await openWebSocket(gateway.port, { connection, "x-api-key": secret });
      if (typeof socket === "number") throw new Error(`answered ${socket}`);
      const { rawHeaders = [] } = api.seen.at(-1) ?? {};
      const seen = Object.fromEntries(
        rawHeaders.flatMap((header, at) => (at % 2 ? [] : [[header.toLowerCase(), rawHeaders[at + 1]]])),
      );
      expect(seen).toMatchObject({
        "x-keyward-workspace-id": workspace.id,
        "x-keyward-role": "owner",
        upgrade: "websocket",
      });
      expect(seen.connection?.toLowerCase()).toBe("upgrade");
      expect(seen).not.toHaveProperty("x-api-key");
      for (const sent of ["one", "another"]) {
        const received = new Promise<string>((resolve) =>
          socket.once("data", (data) => resolve(String(data))),
        );
        socket.write(sent);
        expect(await received).toBe(sent);
      }
      socket.destroy();
    }
    const before = api.seen.length;
    for (const key of ["", "kw_sk_nonsense"])
      expect(await openWebSocket(gateway.port, { "x-api-key": key })).toBe(401);
    expect(api.seen.length).toBe(before);
  });

  test("Keyward's own paths ignore protocol upgrades", async () => {
    const { actor } = await makeWorkspace();
    const { secret } = await makeKey(actor);
    expect(await openWebSocket(gateway.port, { "x-api-key": secret }, "/api/public/v1/me")).toBe(200);
  });

  test("S25 preflights are answered only for the configured origins, and never reach the API", async () => {
    const before = api.seen.length;
    const preflight = (path: string, origin: string) =>
      sendRaw(gateway.port, path, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "DELETE",
          "access-control-request-headers": "x-api-key,content-type",
          "x-forwarded-method": "GET",
        },
      });
    const { status, headers } = await preflight("/v1/documents?page=2", page);
    expect(status).toBe(204);
    expect(headers["access-control-allow-origin"]).toBe(page);
    expect(headers["access-control-allow-methods"]).toContain("DELETE");
    expect(headers["access-control-allow-headers"]).toBe("x-api-key,content-type");
    expect(headers).not.toHaveProperty("access-control-allow-credentials");
    const other = await preflight("/v1/documents", "https://evil.example");
    expect(Object.keys(other.headers).filter((header) => header.startsWith("access-control-"))).toEqual([]);
    const own = await preflight("/auth/api-keys/current", page);
    expect([own.status, own.headers.allow]).toEqual([204, "GET, HEAD, PATCH, PUT, DELETE, OPTIONS"]);
    // OPTIONS that is not a preflight is a request like any other.
    expect((await sendRaw(gateway.port, "/v1", { method: "OPTIONS" })).status).toBe(401);
    expect(
      (await sendRaw(gateway.port, "/v1", { method: "OPTIONS", headers: { origin: page } })).status,
    ).toBe(401);
    expect(api.seen.length).toBe(before);
  });

  test("a page of a configured origin can read why its request was denied", async () => {
    const { actor } = await makeWorkspace();
    const readOnly = await makeKey(actor, { permissionLevel: "read_only" });
    for (const [method, headers, status] of [
      ["GET", {}, 401],
      ["POST", { "x-api-key": readOnly.secret }, 403],
    ] as const) {
      const answer = await sendRaw(gateway.port, "/v1", { method, headers: { ...headers, origin: page } });
      expect(answer.status).toBe(status);
      expect(answer.headers).toMatchObject({ "access-control-allow-origin": page, vary: "Origin" });
      expect(answer.headers["access-control-expose-headers"]).toContain("Retry-After");
      const stranger = await sendRaw(gateway.port, "/v1", {
        method,
        headers: { ...headers, origin: "https://evil.example" },
      });
      expect(stranger.headers).not.toHaveProperty("access-control-allow-origin");
    }
  });

  test("each denial has exactly one WWW-Authenticate, the one from Keyward", async () => {
    const { actor } = await makeWorkspace();
    const readOnly = await makeKey(actor, { permissionLevel: "read_only" });
    for (const [headers, challenge] of [
      [{}, 'Bearer realm="keyward"'],
      [{ "x-api-key": "kw_sk_nonsense" }, 'Bearer realm="keyward", error="invalid_token"'],
      [{ "x-api-key": readOnly.secret }, 'Bearer realm="keyward", error="insufficient_scope"'],
    ] as const) {
      const answer = await sendRaw(gateway.port, "/v1", { method: "POST", headers });
      expect(answer.headers["www-authenticate"]).toBe(challenge);
    }
  });
});

/** The socket after the protocol was switched, or else the status of the answer. */
function openWebSocket(
  port: number,
  headers: Record<string, string>,
  path = "/v1/events",
): Promise<Duplex | number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      port,
      host: "127.0.0.1",
      path,
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-version": "13",
        ...headers,
      },
    });
    request.on("upgrade", (_response, socket) => resolve(socket));
    request.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("error", reject);
    request.end();
  });
}
