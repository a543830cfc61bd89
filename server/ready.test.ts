import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { sendRaw } from "@/tests/key-api-server";
import { useRuntime } from "@/tests/runtime";
import { createServer } from "./create-server";

useRuntime();

const server = createServer(runtime, (_request, response) => void response.writeHead(404).end());
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const ask = async (path: string) => {
  const { status, json } = await sendRaw((server.address() as AddressInfo).port, path, {});
  return { status, json };
};

test("an instance that is about to stop says so at once, without asking the database first", async () => {
  const query = vi.spyOn(runtime().pool, "query");
  expect(await ask("/api/ready")).toEqual({
    status: 200,
    json: { status: "ok", checks: { database: "ok", access_log: "ok" } },
  });
  const asked = () => query.mock.calls.filter(([asked]) => JSON.stringify(asked).includes("SELECT 1"));
  expect(asked()).toHaveLength(1);
  expect(await ask("/api/ready?checks=none")).toEqual({ status: 200, json: { status: "ok", checks: {} } });
  server.announceStop();
  for (const path of ["/api/ready", "/api/ready?checks=none"])
    expect(await ask(path), path).toEqual({
      status: 503,
      json: { status: "stopping", checks: { database: "ok", access_log: "ok" } },
    });
  expect(asked()).toHaveLength(1);
  // The process still serves.
  expect((await ask("/api/health")).status).toBe(200);
});
