import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientConfig } from "@/lib/server/database";
import { MailThrottle } from "@/lib/server/mail/mail-throttle";
import { migrate } from "@/lib/server/migrate";
import { runtime } from "@/lib/server/runtime";
import { SignInThrottle } from "@/lib/server/users/sign-in-throttle";
import { projectRoot } from "@/server/start-runtime";
import { useBundle } from "@/tests/bundle";
import { type DecisionProcess, startDecisionProcess } from "@/tests/decision-process";
import { type PgBouncer, startPgBouncer } from "@/tests/pgbouncer";
import { makeRunKeys, RevocationRun } from "@/tests/revocation-run";
import { useRuntime } from "@/tests/runtime";

useRuntime();
const program = useBundle("tests/key-api-process.ts");
const instances: DecisionProcess[] = [];
let pooler: PgBouncer;
beforeAll(async () => {
  pooler = await startPgBouncer(runtime().env.databaseUrl ?? "");
});
afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.kill()));
  await pooler?.stop();
});

test("who looked for migrations through a pooler leaves no lock on a connection of its", async () => {
  const folder = path.join(projectRoot(), "prisma/migrations");
  expect(await migrate(pooler.url, folder)).toEqual([]);
  // The connection it used is the first to be used again, and taken by this transaction: the next look goes to another one.
  const other = new pg.Client(clientConfig(pooler.url));
  await other.connect();
  await other.query("BEGIN");
  expect(await migrate(pooler.url, folder)).toEqual([]);
  await other.query("ROLLBACK");
  await other.end();
}, 10_000);

test("S74 sign-in and mails are throttled through a pooler, whichever connection a query gets", async () => {
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
    // Transactions that stay open hold connections of the pooler, so that each round gets others.
    const held = await Promise.all(Array.from({ length: round }, () => pool.connect()));
    for (const client of held) await client.query("BEGIN");
    await Promise.all(Array.from({ length: 20 }, (_, index) => one(round * 20 + index)));
    for (const client of held) await client.query("ROLLBACK").then(() => client.release());
  }
  await pool.end();
});

test("S35 behind a pooler that hands each transaction to another connection revocations are exact, and every call is answered", async () => {
  const { manager, keys } = await makeRunKeys(24);
  // At once, as a deployment starts them: each looks whether migrations are missing.
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
  expect(run.calls.filter((call) => call.status !== 200 && call.status !== 401)).toEqual([]);
}, 120_000);
