import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApiServer } from "@/tests/processes/key-api-server";

const token = "a-metrics-token-of-a-test";
useRuntime({ METRICS_TOKEN: token });
const server = useKeyApiServer();
const read = (headers: Record<string, string>) => fetch(`${server.origin()}/metrics`, { headers });

test("metrics need their token, and don't exist without one", async () => {
  expect((await read({})).status).toBe(401);
  const wrong = await read({ authorization: "Bearer something-else" });
  expect(wrong.status).toBe(401);
  expect(await wrong.json()).toMatchObject({ error: { code: "invalid_key" } });
  const { env } = runtime();
  const { metricsToken } = env;
  try {
    env.metricsToken = null;
    expect((await read({ authorization: `Bearer ${token}` })).status).toBe(404);
  } finally {
    env.metricsToken = metricsToken;
  }
});

test("decisions are counted by source and code, and no metric names a key", async () => {
  const { key, secret } = await makeKey((await makeWorkspace()).actor);
  const me = `${server.origin()}/api/public/v1/me`;
  for (const sent of [secret, secret, `${secret.slice(0, -1)}0`])
    await fetch(me, { headers: { "x-api-key": sent } });
  const answer = await read({ authorization: `Bearer ${token}` });
  expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await answer.text();
  const value = (series: string) =>
    Number(
      text
        .split("\n")
        .find((line) => line.startsWith(`${series} `))
        ?.split(" ")
        .pop(),
    );
  expect(value('keyward_decisions_total{source="api",code="valid"}')).toBeGreaterThanOrEqual(2);
  expect(value('keyward_decisions_total{source="api",code="invalid_key"}')).toBeGreaterThanOrEqual(1);
  expect(value("keyward_lease_held")).toBe(1);
  expect(value("keyward_lease_remaining_seconds")).toBeLessThanOrEqual(2);
  expect(text).not.toContain(key.id);
});

test("the alert rules and the dashboard name only metrics that exist", async () => {
  const text = await (await read({ authorization: `Bearer ${token}` })).text();
  const known = new Set(Array.from(text.matchAll(/^# TYPE (\S+)/gm), ([, name]) => name));
  const folder = path.join(import.meta.dirname, "../deploy/monitoring");
  for (const file of ["alerts.yaml", "dashboard.json"]) {
    const named = new Set(
      readFileSync(path.join(folder, file), "utf8").match(/\b(?:keyward|nodejs|process)_[a-z0-9_]+/g),
    );
    expect(named.size, file).toBeGreaterThan(4);
    for (const name of named) expect(known, `${name} in ${file}`).toContain(name);
  }
});
