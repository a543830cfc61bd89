import { Agent, request } from "node:http";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { systemActor } from "@/lib/server/actor";
import { settleDeadHolders } from "@/lib/server/quotas/quota-upkeep";
import { setQuotas } from "@/lib/server/quotas/set-quotas";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useBundle } from "@/tests/processes/bundle";
import { type DecisionProcess, startDecisionProcess } from "@/tests/processes/decision-process";
import { waitUntil } from "@/tests/wait-until";
import { adoptSpools } from "../postgres/adopt-spools";

const token = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: token }, { jobs: false });
const program = useBundle("tests/processes/key-api-process.ts");
const instances: DecisionProcess[] = [];
afterAll(() => Promise.all(instances.map((instance) => instance.kill())));
const agent = new Agent({ keepAlive: true, maxSockets: 30 });

const quota = 1500;

/** One decision of an instance. Its log entry contains the cost and the instance. */
function take(instance: number, secret: string, cost: number): Promise<string> {
  const body = { key: secret, meter: "credits", cost, path: `/${cost}`, user_agent: `instance-${instance}` };
  return new Promise((resolve) => {
    const sent = request(
      `${(instances[instance] as DecisionProcess).origin}/api/v1/verify`,
      {
        method: "POST",
        agent,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      },
      (answer) => {
        let text = "";
        answer.on("data", (chunk) => (text += chunk));
        answer.on("end", () => resolve((JSON.parse(text) as { code?: string }).code ?? "unavailable"));
        answer.on("error", () => resolve("cut off"));
      },
    );
    sent.on("error", () => resolve("cut off"));
    sent.end(JSON.stringify(body));
  });
}

/** What was allowed, from the access log, which has each decision before it was answered, even of the killed instance. */
async function allowed(instance?: number): Promise<number> {
  const { rows } = await runtime().pool.query<{ sum: number }>(
    `SELECT coalesce(sum(substr(path, 2)::int), 0)::int AS sum FROM access_log.entries
     WHERE source = 'verify' AND outcome = 'allowed' AND ($1::text IS NULL OR user_agent = $1)`,
    [instance === undefined ? null : `instance-${instance}`],
  );
  return (rows[0] as { sum: number }).sum;
}

test("S53 with three instances, one of which is killed, exactly the quota passes, never more", async () => {
  const { actor, workspace } = await makeWorkspace();
  const { secret } = await makeKey(actor, { rateLimitPerMinute: 1_000_000 });
  await setQuotas(systemActor(workspace.id, "Operator"), () => [
    { keyId: null, meter: "credits", limit: quota, period: "month" },
  ]);
  for (let count = 0; count < 3; count += 1)
    instances.push(await startDecisionProcess(program(), { SERVICE_TOKEN: token }));

  // The first instance to ask gets the only block.
  expect(await take(1, secret, 1)).toBe("valid");
  const { rows } = await runtime().pool.query<{ id: number; holder: string }>(
    "SELECT id, holder FROM quotas.blocks",
  );
  expect(rows).toHaveLength(1);
  const [dead] = rows as [{ id: number; holder: string }];

  let calls = 0;
  let quiet = false;
  const codes = new Set<string>();
  const callers = [0, 1, 2].flatMap((instance) =>
    Array.from({ length: 8 }, async () => {
      for (let refused = 0; refused < 3 && !(quiet && instance === 2); ) {
        calls += 1;
        const code = await take(instance, secret, 1 + (calls % 7));
        codes.add(code);
        if (code !== "valid") refused += 1;
      }
    }),
  );
  await waitUntil("part of the quota was used", async () => (await allowed(1)) > 100);
  await (instances[1] as DecisionProcess).kill();
  // The third instance gets no more requests, so it must return its block by itself.
  quiet = true;
  await Promise.all(callers);
  expect(codes).toContain("quota_exceeded");
  expect(await allowed()).toBeLessThanOrEqual(quota);

  // The block of the dead instance isn't granted to others until the log shows what it used.
  const { pool, env, log } = runtime();
  const held = async () =>
    (await pool.query("SELECT granted FROM quotas.blocks WHERE id = $1", [dead.id])).rows[0]?.granted;
  await settleDeadHolders();
  expect(await held()).toBeGreaterThan(0);
  await adoptSpools(pool, path.join(env.dataDir, "spool"), "", log, Buffer.alloc(32, 1));
  expect(await held()).toBeGreaterThanOrEqual(await allowed(1));
  await settleDeadHolders();
  expect(await held()).toBeUndefined();

  await waitUntil("all of it is used", async () => {
    await Promise.all([take(0, secret, 1), take(0, secret, 3)]);
    return (await allowed()) >= quota;
  });
  await Promise.all(Array.from({ length: 20 }, (_, index) => take(index % 2 === 0 ? 0 : 2, secret, 1)));
  await waitUntil("all is in the log", async () => (await allowed()) >= quota);
  expect(await allowed()).toBe(quota);
}, 60_000);
