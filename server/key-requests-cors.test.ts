import { expect, test } from "vitest";
import { withAnotherRuntime } from "@/tests/another-runtime";
import { makeKey, makeWorkspace } from "@/tests/factories";
import { useKeyApi } from "@/tests/key-api-server";
import { useRuntime } from "@/tests/runtime";

useRuntime({ API_CORS_ORIGINS: "https://app.example.com,http://localhost:5173" });
const call = useKeyApi();
const me = "/api/public/v1/me";

test("a preflight from a named origin is told what it may send", async () => {
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

test("answers to a named origin may be read by it, errors too, never with credentials", async () => {
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
