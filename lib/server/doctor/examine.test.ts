import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Spool } from "@/lib/engine/log/spool";
import { writeOwner } from "@/lib/engine/log/spool-owner";
import { timestampText } from "@/lib/engine/log/timestamp";
import { clientConfig } from "@/lib/server/database";
import { projectRoot } from "@/server/start-runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeAuthenticator } from "@/tests/factories/authenticator";
import { makeWorkspace } from "@/tests/factories/factories";
import { startMailServer } from "@/tests/peers/mailbox";
import { useKeyApiServer } from "@/tests/processes/key-api-server";
import { runtime } from "../runtime";
import { type Examination, examine } from "./examine";
import { examineSpool } from "./examine-spool";
import type { Finding } from "./finding";
import type { FindingId } from "./finding-texts";

useRuntime({}, { jobs: false });
const api = useKeyApiServer();

/** A server that accepts connections and never answers. */
let hanging: Server;
const sockets = new Set<Socket>();
beforeAll(async () => {
  hanging = createServer((socket) => sockets.add(socket));
  hanging.listen(0, "127.0.0.1");
  await once(hanging, "listening");
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  hanging.close();
});
const hangingAt = () => `127.0.0.1:${(hanging.address() as AddressInfo).port}`;

const run = (source: Record<string, string>, more: Partial<Examination> = {}) =>
  examine({
    // Long enough for a busy machine.
    ...{ source, sendTestMailTo: null, clockIntervalMs: 20, limitMs: 30_000 },
    findEmbedded: () => ({ reason: "There is none" }),
    migrationsFolder: path.join(projectRoot(), "prisma/migrations"),
    ...more,
  });
/** The settings of this test's server. */
const ours = () => ({
  ...{ DATABASE_URL: runtime().env.databaseUrl as string, DATA_DIR: runtime().env.dataDir },
  ...{ PORT: String(api.port()), APP_URL: api.origin(), LEAK_REPORT_KEYS_URL: `${api.origin()}/keys` },
});
const of = (findings: Finding[], id: FindingId) => findings.filter((finding) => finding.id === id);
const bad = (findings: Finding[]) =>
  findings.filter(({ severity }) => severity === "problem" || severity === "warning");

test("a healthy server has no problem and no warning, and each finding says why it matters", async () => {
  const found = await run(ours());
  expect(bad(found)).toEqual([]);
  for (const id of [
    "secrets.encryption-keys",
    "spool.undrained",
    "database.triggers",
    "log.partitions",
  ] as const)
    expect(of(found, id)).toMatchObject([{ severity: "ok", mend: null }]);
  expect(of(found, "proxy.address")[0]?.what).toMatch(/127\.0\.0\.1/);
  for (const { what, why } of found) expect([what, why]).not.toContain("");
});

test("the server's own entry of the access log tells which address it saw", async () => {
  // This machine isn't trusted here, and the server of this test trusts it: a false address passes.
  const found = await run({ ...ours(), TRUSTED_PROXIES: "192.0.2.1" });
  expect(of(found, "proxy.address")).toMatchObject([
    { severity: "problem", what: expect.stringContaining("believed a false X-Forwarded-For") },
  ]);
});

test("what is broken in the database is found", async () => {
  const { pool } = runtime();
  const { owner } = await makeWorkspace();
  await makeAuthenticator(owner.id);
  const { rows } = await pool.query<{ name: string }>(
    "SELECT 'access_log.entries_' || to_char((clock_timestamp() AT TIME ZONE 'UTC')::date + 1, 'YYYYMMDD') AS name",
  );
  await pool.query(`DROP TABLE ${rows[0]?.name}`);
  await pool.query("ALTER TABLE members DISABLE TRIGGER member_changed");
  await pool.query("ALTER TABLE workspaces DISABLE TRIGGER workspace_changed");
  await pool.query(
    `INSERT INTO access_log.writers (id, frontier_at, renewed_at, appended_seq)
     VALUES (gen_random_uuid(), clock_timestamp(), clock_timestamp() - interval '2 hours', 7)`,
  );
  await pool.query("UPDATE mail.outbox SET attempts = 3, created_at = now() - interval '1 hour'");
  await pool.query(
    "INSERT INTO mail.outbox (sealed, attempts, created_at) VALUES ('x', 3, now() - interval '1 hour')",
  );
  const { database } = clientConfig(ours().DATABASE_URL);
  await pool.query(`ALTER DATABASE "${database}" SET synchronous_commit = off`);
  try {
    const found = await run({ ...ours(), ENCRYPTION_KEYS: randomBytes(32).toString("base64") });
    expect(of(found, "log.partitions")).toMatchObject([{ severity: "problem" }]);
    expect(of(found, "database.triggers")).toMatchObject([
      {
        severity: "problem",
        what: "Triggers are disabled: members.member_changed, workspaces.workspace_changed.",
      },
    ]);
    expect(of(found, "log.writers")).toMatchObject([
      { severity: "warning", what: expect.stringContaining("at least 7 of its entries") },
    ]);
    expect(of(found, "mail.queue")).toMatchObject([{ severity: "warning" }]);
    expect(of(found, "database.durability")).toMatchObject([{ severity: "problem" }]);
    expect(of(found, "secrets.encryption-keys")).toMatchObject([
      { severity: "problem", what: expect.stringMatching(/1 of 1 authenticator apps.*3 of 3 keys/) },
    ]);
  } finally {
    await pool.query(`ALTER DATABASE "${database}" RESET synchronous_commit`);
    await pool.query("ALTER TABLE members ENABLE TRIGGER member_changed");
    await pool.query("ALTER TABLE workspaces ENABLE TRIGGER workspace_changed");
    await pool.query("DELETE FROM mail.outbox; DELETE FROM access_log.writers WHERE appended_seq = 7");
  }
});

test("entries that wait in a spool on this disk are found, with the time that they have waited", async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), "keyward-test-"));
  const { pool } = runtime();
  const writer = randomUUID();
  const folder = path.join(dataDir, "spool", writer);
  writeOwner(folder);
  const spool = new Spool(folder, false);
  spool.append(1, 1, `${timestampText((Date.now() - 900_000) * 1000)}\tan entry\n`);
  const examined = async () => of(await examineSpool(pool, dataDir), "spool.undrained");
  // The process that writes it, ours, is alive.
  expect(await examined()).toMatchObject([
    { severity: "problem", what: expect.stringMatching(`${writer} has waited for 15 minutes`) },
  ]);
  await pool.query(
    "INSERT INTO access_log.writers (id, frontier_at, drained_seq, appended_seq) VALUES ($1, now(), 1, 1)",
    [writer],
  );
  expect(await examined()).toMatchObject([{ severity: "ok" }]);
  spool.append(2, 1, `${timestampText(Date.now() * 1000)}\tanother\n`);
  expect(await examined()).toMatchObject([{ severity: "ok" }]);
  spool.close();
});

test("a database, Redis, mail server and console that accept connections and never answer become findings", async () => {
  const found = await run(
    {
      DATABASE_URL: `postgresql://u:p@${hangingAt()}/keyward`,
      REDIS_URL: `redis://${hangingAt()}`,
      SMTP_URL: `smtp://${hangingAt()}`,
      APP_URL: `http://${hangingAt()}`,
      LEAK_REPORT_KEYS_URL: `http://${hangingAt()}/keys`,
      DATA_DIR: runtime().env.dataDir,
    },
    { limitMs: 400, sendTestMailTo: "ada@example.test" },
  );
  const severityOf = (id: FindingId) => of(found, id).map(({ severity }) => severity);
  expect(severityOf("database.connection")).toEqual(["problem"]);
  expect(severityOf("redis.connection")).toEqual(["warning"]);
  expect(severityOf("mail.server")).toEqual(["problem"]);
  expect(severityOf("mail.test")).toEqual(["problem"]);
  expect(severityOf("web.reachable")).toEqual(["problem"]);
  // What doesn't need them is still checked.
  expect(severityOf("disk.data-dir")).toEqual(["ok"]);
});

test("a database that is down is one problem, and its password is not shown", async () => {
  const found = await run({ ...ours(), DATABASE_URL: "postgresql://u:sesame-open@127.0.0.1:1/keyward" });
  expect(of(found, "database.connection")).toMatchObject([
    { severity: "problem", what: expect.stringContaining("ECONNREFUSED") },
  ]);
  expect(of(found, "doctor.incomplete")).toHaveLength(1);
  expect(JSON.stringify(found)).not.toContain("sesame");
});

test("what depends on an invalid setting is skipped and named, and the rest is checked", async () => {
  const found = await run({ ...ours(), DATABASE_URL: "mysql://db", SMTP_URL: "mail.example.com" });
  const skipped = of(found, "doctor.incomplete").map(({ what }) => what);
  expect(skipped).toContain("Didn't check the database, because DATABASE_URL isn't valid.");
  expect(skipped).toContain("Didn't check mail, because SMTP_URL isn't valid.");
  expect(of(found, "settings.values")).toHaveLength(2);
  expect(of(found, "web.reachable")).toMatchObject([{ severity: "ok" }]);
  expect(of(found, "database.connection")).toEqual([]);
});

test("a test mail is sent to the address that was given", async () => {
  const mail = await startMailServer();
  try {
    const found = await run({ ...ours(), SMTP_URL: mail.url }, { sendTestMailTo: "ada@example.test" });
    expect(of(found, "mail.server")).toMatchObject([{ severity: "ok" }]);
    expect(of(found, "mail.test")).toMatchObject([{ severity: "ok" }]);
    expect(mail.received.map(({ to }) => to)).toEqual([["ada@example.test"]]);
    mail.refuse(550);
    const refused = await run({ ...ours(), SMTP_URL: mail.url }, { sendTestMailTo: "nobody@example.test" });
    expect(of(refused, "mail.test")).toMatchObject([{ severity: "problem" }]);
  } finally {
    await mail.close();
  }
});
