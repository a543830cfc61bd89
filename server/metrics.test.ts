import { expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { sendRaw, useKeyApiServer } from "@/tests/processes/key-api-server";

const token = "a-metrics-token-of-a-test";
useRuntime({ METRICS_TOKEN: token }, { jobs: false });
const server = useKeyApiServer();
const scrape = (authorization?: string) =>
  sendRaw(server.port(), "/metrics", { headers: authorization ? { Authorization: authorization } : {} });

test("/metrics is for the metrics token alone, and is not found while none is set", async () => {
  const { status, headers, body } = await scrape(`Bearer ${token}`);
  expect([status, headers["content-type"]]).toEqual([200, expect.stringContaining("text/plain")]);
  expect(body).toMatch(/^keyward_lease_held 1$/m);
  expect(body).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m);
  expect((await scrape()).status).toBe(401);
  expect((await scrape(`Bearer ${token}x`)).status).toBe(401);
  const { env } = runtime();
  env.metricsToken = null;
  expect((await scrape(`Bearer ${token}`)).status).toBe(404);
  env.metricsToken = token;
});
