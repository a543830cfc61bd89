import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { waitUntil } from "@/tests/wait-until";
import { isLogged, pathForLog } from "./request-log";

useRuntime({ LOG_REQUESTS: "1" });
const call = useKeyApi();
const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
let lines: Record<string, unknown>[];
beforeEach(() => {
  lines = [];
  vi.spyOn(runtime().log, "info").mockImplementation(((facts: Record<string, unknown>, text: string) => {
    if (text === "request") lines.push(facts);
  }) as never);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A line is written after the answer, which may arrive earlier. */
async function lineOf(requestId: string): Promise<Record<string, unknown>> {
  const found = () => lines.find((line) => line.requestId === requestId);
  await waitUntil("the request is in the log", async () => found() !== undefined);
  return found() as Record<string, unknown>;
}

test.each([
  // The first is answered by the fast lane.
  ["/api/forward-auth/v1/documents?search=private", "/api/forward-auth/v1/documents"],
  ["/api/public/v1/me?search=private", "/api/public/v1/me"],
])("a request to %s has a line without its query and its key", async (sent, path) => {
  const { key, secret } = await makeKey((await makeWorkspace()).actor);
  const headers = { "x-api-key": secret, "x-request-id": `traced${path.length}`, traceparent };
  const answer = await call(sent, { headers });
  expect(await lineOf(headers["x-request-id"])).toEqual({
    ...{ method: "GET", path, status: answer.status, ms: expect.any(Number), ip: "127.0.0.1" },
    ...{ requestId: headers["x-request-id"], traceId, keyId: key.id },
  });
  expect(JSON.stringify(lines)).not.toMatch(/private|kw_sk_/);
});

test("the line of a gateway's question says what it was about, and that of a refused key has no trace that isn't valid", async () => {
  const { key, secret } = await makeKey((await makeWorkspace()).actor);
  await runtime().pool.query("UPDATE api_keys SET revoked_at = now() WHERE id = $1", [key.id]);
  const about = { "x-forwarded-method": "DELETE", "x-forwarded-uri": "/v1/files/1?token=private#a" };
  const headers = { "x-api-key": secret, "x-request-id": "refused", traceparent: "00-1-2-3", ...about };
  await call("/api/forward-auth", { headers });
  const line = await lineOf("refused");
  expect(line).toMatchObject({
    path: "/api/forward-auth",
    about: "DELETE /v1/files/1",
    status: 401,
    keyId: key.id,
  });
  expect(line.traceId).toBeUndefined();
});

test("without a trace, a key or a route there is a line, too", async () => {
  await call("/api/health", { headers: { "x-request-id": "healthy" } });
  expect(await lineOf("healthy")).toMatchObject({ path: "/api/health", status: 200 });
  expect(lines[0]).not.toHaveProperty("keyId");
});

test("LOG_REQUESTS is the share of requests that have a line, and none have one by default", () => {
  const shareLogged = (logRequests: number) => {
    const chances = [0, 0.2, 0.4, 0.6, 0.8];
    const random = vi.spyOn(Math, "random");
    for (const chance of chances) random.mockReturnValueOnce(chance);
    return chances.filter(() => isLogged({ env: { logRequests } } as never)).length;
  };
  expect([0, 0.1, 0.5, 1].map(shareLogged)).toEqual([0, 1, 3, 5]);
});

test("a path has neither a query nor the token of an invitation, and is one line", () => {
  expect(pathForLog("/acme/settings?q=secret#there")).toBe("/acme/settings");
  expect(pathForLog("/invitations/a-secret-token")).toBe("/invitations/…");
  expect(pathForLog("/invitations")).toBe("/invitations");
  expect(pathForLog("http://api.example.test/v1?a=b")).toBe("http://api.example.test/v1");
  expect(pathForLog("/a\nb")).toBe("/a\uFFFDb");
  expect(pathForLog(`/${"a".repeat(2000)}`)).toHaveLength(512);
});
