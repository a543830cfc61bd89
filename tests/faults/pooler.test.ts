import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPool } from "@/lib/engine/postgres/client";
import { clientConfig, connectionConfig } from "@/lib/server/database";
import { examineDatabase } from "@/lib/server/doctor/examine-database";
import { examinePooler } from "@/lib/server/doctor/examine-pooler";
import { MailThrottle } from "@/lib/server/mail-throttle";
import { migrate } from "@/lib/server/migrate";
import { runtime } from "@/lib/server/runtime";
import { SignInThrottle } from "@/lib/server/sign-in-throttle";
import { projectRoot } from "@/server/start-runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeSubscription, recordNumbered } from "@/tests/factories/event-subscriptions";
import { makeWorkspace, password } from "@/tests/factories/factories";
import { makeRunKeys, RevocationRun } from "@/tests/models/revocation-run";
import { receiverCa, startEventReceiver } from "@/tests/peers/event-receiver";
import { Browser, sendHttp } from "@/tests/peers/http-client";
import { type PgBouncer, startPgBouncer } from "@/tests/peers/pgbouncer";
import { useBundle } from "@/tests/processes/bundle";
import { type DecisionProcess, startDecisionProcess } from "@/tests/processes/decision-process";
import { startServer } from "@/tests/processes/started-server";
import { waitUntil } from "@/tests/wait-until";

useRuntime({ WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8" });
const program = useBundle("tests/processes/key-api-process.ts");
const sender = useBundle("tests/processes/event-process.ts");
const instances: DecisionProcess[] = [];
let pooler: PgBouncer;
beforeAll(async () => {
  pooler = await startPgBouncer(runtime().env.databaseUrl ?? "");
});
afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.kill()));
  await pooler?.stop();
});

test("checking for migrations through a pooler leaves no lock on the pooler's connections", async () => {
  const folder = path.join(projectRoot(), "prisma/migrations");
  expect(await migrate(pooler.url, folder)).toEqual([]);
  // This transaction occupies the connection that was used, so the next check uses another one.
  const other = new pg.Client(clientConfig(pooler.url));
  await other.connect();
  await other.query("BEGIN");
  expect(await migrate(pooler.url, folder)).toEqual([]);
  await other.query("ROLLBACK");
  await other.end();
}, 10_000);

test("doctor finds the pooler, its mode, and that it drops our timeouts", async () => {
  const direct = connectionConfig(runtime().env.databaseUrl ?? "");
  expect(await examinePooler(direct)).toMatchObject([{ severity: "ok" }]);
  const pooled = connectionConfig(pooler.url);
  expect(await examinePooler(pooled)).toMatchObject([
    { severity: "note", what: expect.stringContaining("in transaction mode") },
  ]);
  const timeoutsOf = async (config: typeof direct) => {
    const pool = createPool({ ...config, max: 1 });
    const found = await examineDatabase(pool, runtime().env);
    await pool.end();
    return found.find(({ id }) => id === "database.timeouts")?.severity;
  };
  expect([await timeoutsOf(direct), await timeoutsOf(pooled)]).toEqual(["ok", "warning"]);
});

test("S74 sign-in and mails are throttled through a pooler that changes connections between queries", async () => {
  const pool = new pg.Pool({ ...clientConfig(pooler.url), max: 6 });
  const signIn = new SignInThrottle(pool);
  const mail = new MailThrottle(pool);
  const one = async (index: number) => {
    const email = `s74-${index}@example.test`;
    await signIn.count(email, `203.0.113.${index}`);
    await signIn.forgive(email, `203.0.113.${index}`);
    expect(await mail.mayMail(email, "second_step")).toBe(true);
  };
  for (let round = 0; round < 3; round += 1) {
    // Open transactions occupy connections of the pooler, so that each round uses others.
    const held = await Promise.all(Array.from({ length: round }, () => pool.connect()));
    for (const client of held) await client.query("BEGIN");
    await Promise.all(Array.from({ length: 20 }, (_, index) => one(round * 20 + index)));
    for (const client of held) await client.query("ROLLBACK").then(() => client.release());
  }
  await pool.end();
});

test("S74 sign-up, sign-in, and creating and listing keys work through a pooler that changes connections between queries", async () => {
  const server = await startServer({ DATABASE_URL: pooler.url });
  // Retry on "Try again shortly", which a busy server may answer when it hashes a password.
  const unlessBusy = async <Answer extends { status: number }>(ask: () => Promise<Answer>) => {
    let answer = await ask();
    while (answer.status === 503) answer = await ask();
    return answer;
  };
  const person = async (index: number) => {
    const browser = new Browser(server.port);
    const email = `s74-person-${index}@example.test`;
    const made = await unlessBusy(() =>
      browser.post("/api/sign-up", { name: "Grace", email, password, workspaceName: `Workspace ${index}` }),
    );
    const signedIn = await unlessBusy(() => browser.post("/api/sign-in", { email, password }));
    const { workspaceSlug } = made.json as { workspaceSlug: string };
    const api = `/api/workspaces/${workspaceSlug}`;
    const enabled = await browser.request(`${api}/api-access`, { method: "PUT", body: { enabled: true } });
    const keys = { name: "through a pooler", permissionLevel: "read_only", expiresInDays: 90 };
    const created = await browser.post(`${api}/api-keys`, keys);
    const { secret } = created.json as { secret: string };
    const headers = { "x-api-key": secret };
    const called = await sendHttp(server.port, "/api/public/v1/me", { headers });
    const listed = await browser.request(`${api}/api-keys`);
    expect([made, signedIn, enabled, created, called, listed].map(({ status }) => status)).toEqual([
      201, 200, 200, 201, 200, 200,
    ]);
    expect(listed.body).toContain("through a pooler");
  };
  // At the same time, so that they share the pooler's connections.
  for (let round = 0; round < 3; round += 1)
    await Promise.all([0, 1, 2, 3].map((index) => person(round * 4 + index)));
  expect(await server.stop()).toBe(0);
}, 120_000);

test("S35 behind a transaction pooler revocations are exact, and every call is answered", async () => {
  const { manager, keys } = await makeRunKeys(24);
  // At the same time, as in a deployment: each checks for missing migrations.
  instances.push(
    ...(await Promise.all(
      [1, 2, 3].map(() => startDecisionProcess(program(), { DATABASE_URL: pooler.url })),
    )),
  );
  const run = new RevocationRun(instances, keys, manager);
  for (let turn = 0; turn < 18; turn += 1) await run.revokeNext(turn % 3);
  await run.end();
  await run.expectLogged();
  run.expectExact({ revocations: 18, allows: 300, denials: 100, during: 18 });
  // A busy machine may answer 503 because the database took too long. A query that the pooler broke would be in the log.
  expect(run.calls.filter(({ status }) => ![200, 401, 503].includes(status))).toEqual([]);
  await Promise.all(instances.map((instance) => instance.stop()));
  const outputs = await Promise.all(instances.map((instance) => instance.output()));
  expect(outputs.join("")).not.toMatch(/prepared statement|transaction is aborted/);
}, 120_000);

test("S74 events are delivered through a pooler that changes connections between queries", async () => {
  const receiver = await startEventReceiver();
  const { actor } = await makeWorkspace();
  await makeSubscription(actor, { endpointUrl: `${receiver.origin}/a` });
  const settings = {
    ...{ DATABASE_URL: pooler.url, WEBHOOK_ALLOW_CIDRS: "127.0.0.0/8", NODE_EXTRA_CA_CERTS: receiverCa },
  };
  const senders = await Promise.all([1, 2, 3].map(() => startDecisionProcess(sender(), settings)));
  instances.push(...senders);
  for (let round = 1; round <= 5; round += 1) {
    await recordNumbered(actor, 100);
    await waitUntil("these have arrived", async () => receiver.received.length >= round * 100);
  }
  await waitUntil("all are stored", async () => {
    const { rows } = await runtime().pool.query("SELECT FROM events.deliveries WHERE status <> 'delivered'");
    return rows.length === 0;
  });
  expect(receiver.received).toHaveLength(500);
  await Promise.all(senders.map((instance) => instance.stop()));
  const outputs = await Promise.all(senders.map((instance) => instance.output()));
  expect(outputs.join("")).not.toMatch(/failed|prepared statement/);
  await receiver.close();
}, 60_000);
