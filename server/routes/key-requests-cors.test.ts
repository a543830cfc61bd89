import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { useKeyApi } from "@/tests/processes/key-api-server";

useRuntime({ API_CORS_ORIGINS: "https://app.example.com,http://localhost:5173" });
const call = useKeyApi();
const me = "/api/public/v1/me";

test("a preflight from a configured origin gets what it may send", async () => {
  for (const origin of ["https://app.example.com", "http://localhost:5173"]) {
    const headers = {
      origin,
      "access-control-request-method": "PATCH",
      "access-control-request-headers": "x-api-key",
    };
    const answer = await call("/auth/api-keys/current", { method: "OPTIONS", headers });
    expect(answer.status).toBe(204);
    expect(answer.headers["access-control-allow-origin"]).toBe(origin);
    expect(answer.headers["access-control-allow-methods"]).toBe("GET, HEAD, PATCH, PUT, DELETE, OPTIONS");
    for (const header of ["Authorization", "X-Api-Key", "Content-Type", "Idempotency-Key"]) {
      expect(answer.headers["access-control-allow-headers"]).toContain(header);
    }
    expect(answer.headers.vary).toBe("Origin");
    expect(answer.headers["x-request-id"]).toMatch(/^req_/);
  }
});

test("a configured origin may read responses, including errors, never with credentials", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  for (const key of [secret, "unknown"]) {
    const answer = await call(me, { headers: { "x-api-key": key, origin: "https://app.example.com" } });
    expect(answer.headers["access-control-allow-origin"]).toBe("https://app.example.com");
    expect(answer.headers["access-control-expose-headers"]).toContain("X-Request-Id");
    expect(answer.headers).not.toHaveProperty("access-control-allow-credentials");
  }
});

test("S25 any other origin gets no permission", async () => {
  for (const origin of [
    "https://evil.example",
    "https://app.example.com.evil.example",
    "http://app.example.com",
    "null",
    "*",
  ]) {
    for (const method of ["OPTIONS", "GET"]) {
      const { headers } = await call(me, { method, headers: { origin } });
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
      expect(headers.vary).toBe("Origin");
    }
  }
});

test("without API_CORS_ORIGINS no origin gets permission", async () => {
  await withAnotherRuntime({}, async () => {
    const answer = await call(me, { method: "OPTIONS", headers: { origin: "https://app.example.com" } });
    expect([answer.status, answer.headers.allow]).toEqual([204, "GET, HEAD, OPTIONS"]);
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
  });
});

test("S25 a preflight forwarded by a gateway is answered only for configured origins, and allows no request by itself", async () => {
  const preflight = {
    "access-control-request-method": "PATCH",
    "access-control-request-headers": "x-api-key, x-custom",
  };
  const ask = (origin: string, path = "/api/preflight", method = "OPTIONS") =>
    call(path, { method, headers: { ...preflight, origin } });
  const named = await ask("https://app.example.com");
  expect(named.status).toBe(204);
  expect(named.headers).toMatchObject({
    "access-control-allow-origin": "https://app.example.com",
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
    "access-control-allow-headers": "x-api-key, x-custom",
    vary: "Origin, Access-Control-Request-Headers",
  });
  const other = await ask("https://evil.example");
  expect(Object.keys(other.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
  const get = await ask("https://app.example.com", "/api/preflight", "GET");
  expect([get.status, get.headers.allow]).toEqual([405, "OPTIONS"]);
  // For a gateway, every 2xx means that the request may pass.
  for (const path of ["/api/forward-auth", "/api/forward-auth/v1"])
    expect((await ask("https://app.example.com", path)).status).toBeGreaterThanOrEqual(400);
});

test("a configured origin can read a denial sent to a gateway", async () => {
  const question = { "x-forwarded-method": "GET", "x-forwarded-uri": "/v1" };
  for (const [origin, allowed] of [
    ["https://app.example.com", "https://app.example.com"],
    ["https://evil.example", undefined],
  ] as const) {
    for (const headers of [question, {}]) {
      const answer = await call("/api/forward-auth", { headers: { ...headers, origin } });
      expect(answer.status).toBe(headers === question ? 401 : 400);
      expect(answer.headers["access-control-allow-origin"]).toBe(allowed);
      expect(answer.headers.vary).toBe("Origin");
    }
  }
});
