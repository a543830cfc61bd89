import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApiServer } from "@/tests/processes/key-api-server";
import { waitUntil } from "@/tests/wait-until";

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
  expect(value("keyward_lease_age_seconds")).toBeGreaterThan(0);
  expect(value('keyward_decision_seconds_bucket{le="+Inf"}')).toBe(value("keyward_decision_seconds_count"));
  expect(value("keyward_decision_seconds_count")).toBeGreaterThanOrEqual(3);
  expect(value("keyward_decision_seconds_sum")).toBeGreaterThan(0);
  expect(value("keyward_access_log_spool_bytes")).toBeGreaterThan(0);
  expect(text).toMatch(/^keyward_build_info\{version="[\d.]+",node="\d+\.[\d.]+"\} 1$/m);
  expect(text).not.toContain(key.id);
});

test("the drain lag is that of the oldest entry that isn't in the database", async () => {
  const { pool, engine } = runtime();
  const lag = async () => {
    const text = await (await read({ authorization: `Bearer ${token}` })).text();
    return Number(/^keyward_access_log_drain_lag_seconds (\S+)$/m.exec(text)?.[1]);
  };
  await pool.query("ALTER TABLE access_log.entries RENAME TO entries_away");
  try {
    const { secret } = await makeKey((await makeWorkspace()).actor);
    await fetch(`${server.origin()}/api/public/v1/me`, { headers: { "x-api-key": secret } });
    await waitUntil("it has waited", async () => (await lag()) > 0.5);
  } finally {
    await pool.query("ALTER TABLE access_log.entries_away RENAME TO entries");
  }
  await waitUntil("it is copied", async () => engine.accessLog.undrained === 0);
  expect(await lag()).toBe(0);
});

test("the alert rules and the dashboard name only metrics that exist, and the document all of ours", async () => {
  const text = await (await read({ authorization: `Bearer ${token}` })).text();
  const known = new Set(Array.from(text.matchAll(/^# TYPE (\S+)/gm), ([, name]) => name));
  const root = path.join(import.meta.dirname, "..");
  const document = readFileSync(path.join(root, "docs/monitoring.md"), "utf8");
  for (const name of known)
    if (name?.startsWith("keyward_"))
      expect(document, "docs/monitoring.md").toMatch(new RegExp(`\`${name}[\`{]`));
  const folder = path.join(root, "deploy/monitoring");
  for (const file of ["alerts.yaml", "dashboard.json"]) {
    const named = new Set(
      readFileSync(path.join(folder, file), "utf8").match(/\b(?:keyward|nodejs|process)_[a-z0-9_]+/g),
    );
    expect(named.size, file).toBeGreaterThan(4);
    for (const name of named)
      expect(known, `${name} in ${file}`).toContain(
        name?.replace(/^(keyward_decision_seconds)_bucket$/, "$1"),
      );
  }
});
