import { describe, expect, test } from "vitest";
import { type ClockFacts, judgeClocks } from "./examine-clocks";
import { type DatabaseFacts, judgeDatabase } from "./examine-database";
import { type DiskFacts, judgeDisk } from "./examine-disk";
import { type InstanceFacts, judgeInstance } from "./examine-instance";
import { judgeMail, type MailFacts } from "./examine-mail";
import { judgeOutgoing, type OutgoingFacts } from "./examine-outgoing";
import { judgePooler, type PoolerFacts } from "./examine-pooler";
import { type AddressFacts, judgeAddress } from "./examine-proxy";
import { judgeSchema } from "./examine-schema";
import { judgeSealed } from "./examine-sealed";
import { judgeSilentWriters, judgeSpools } from "./examine-spool";
import { judgeTables, type TableFacts } from "./examine-tables";
import type { Finding, Severity } from "./finding";
import type { FindingId } from "./finding-texts";

/** What judges say about healthy facts with one change. */
function expectJudged<Facts>(judge: (facts: Facts) => Finding[], healthy: Facts) {
  test("what is healthy is ok", () => {
    expect(judge(healthy).filter(({ severity }) => severity !== "ok")).toEqual([]);
  });
  return (change: Partial<Facts>, id: FindingId, severity: Severity, what?: RegExp) => {
    const found = judge({ ...healthy, ...change });
    expect(found.filter((finding) => finding.severity !== "ok")).toMatchObject(
      severity === "ok" ? [] : [{ id, severity, ...(what && { what: expect.stringMatching(what) }) }],
    );
    expect(found.map((finding) => finding.id)).toContain(id);
  };
}

describe("clocks", () => {
  const healthy: ClockFacts = { offsetMs: -3, offsetErrorMs: 1, rate: 0.0001, rateError: 0.0005 };
  const expectClocks = expectJudged(judgeClocks, healthy);
  test.each<[Partial<ClockFacts>, FindingId, Severity]>([
    [{ offsetMs: 2500 }, "clock.offset", "warning"],
    [{ offsetMs: -2500 }, "clock.offset", "warning"],
    [{ offsetMs: 2500, offsetErrorMs: 900 }, "clock.offset", "ok"],
    [{ offsetMs: -40_000 }, "clock.offset", "problem"],
    [{ rate: 0.02 }, "clock.rate", "warning"],
    [{ rate: -0.07 }, "clock.rate", "problem"],
    [{ rate: 0.07, rateError: 0.03 }, "clock.rate", "warning"],
    [{ rate: 0.07, rateError: 0.08 }, "clock.rate", "note"],
  ])("%j: %s is %s", (change, id, severity) => expectClocks(change, id, severity));
});

describe("the database", () => {
  const healthy: DatabaseFacts = {
    ...{
      version: "18.4",
      isStandby: false,
      isReadOnly: false,
      isEncrypted: true,
      statementTimeout: "10s",
      idleTimeout: "10s",
    },
    ...{ synchronousCommit: "on", fsync: "on", fullPageWrites: "on" },
    ...{ synchronousNames: "", standbys: 0, synchronousStandbys: 0 },
  };
  const expectDatabase = expectJudged((facts: DatabaseFacts) => judgeDatabase(facts, true), healthy);
  const sync = { synchronousNames: "ANY 1 (*)", standbys: 2, synchronousStandbys: 2 };
  test.each<[Partial<DatabaseFacts>, FindingId, Severity]>([
    [{ isStandby: true }, "database.primary", "problem"],
    [{ isReadOnly: true }, "database.primary", "problem"],
    [{ isEncrypted: false }, "database.tls", "warning"],
    [{ isEncrypted: null }, "database.tls", "note"],
    [{ statementTimeout: "0" }, "database.timeouts", "warning"],
    [{ idleTimeout: "0" }, "database.timeouts", "warning"],
    [{ synchronousCommit: "off" }, "database.durability", "problem"],
    [{ fsync: "off" }, "database.durability", "problem"],
    [{ fullPageWrites: "off" }, "database.durability", "problem"],
    [{ standbys: 1 }, "database.standbys", "warning"],
    [sync, "database.standbys", "ok"],
    [{ ...sync, synchronousCommit: "local" }, "database.standbys", "warning"],
    [{ ...sync, synchronousStandbys: null }, "database.standbys", "note"],
    [{ ...sync, synchronousStandbys: 0 }, "database.standbys", "problem"],
  ])("%j: %s is %s", (change, id, severity) => expectDatabase(change, id, severity));

  test("a connection that stays on the machine needs no TLS", () => {
    const found = judgeDatabase({ ...healthy, isEncrypted: false }, false);
    expect(found.map(({ id }) => id)).not.toContain("database.tls");
  });
});

describe("the way to the database", () => {
  const healthy: PoolerFacts = {
    ...{ announced: 10, answered: 10, answeredOther: 11, refusal: null },
  };
  const expectPooler = expectJudged(judgePooler, healthy);
  test.each<[Partial<PoolerFacts>, Severity, RegExp]>([
    [{ announced: 99, answeredOther: 10 }, "note", /in transaction mode\./],
    [{ announced: 99 }, "note", /in session mode/],
    [{ answeredOther: 10 }, "note", /in transaction mode\./],
    [{ announced: 99, refusal: "not allowed" }, "problem", /statement mode: not allowed/],
  ])("%j is %s", (change, severity, what) => expectPooler(change, "database.pooler", severity, what));
});

describe("the tables", () => {
  const healthy: TableFacts = {
    ...{
      missingDays: [],
      instances: 2,
      disabledTriggers: [],
      replicationRole: "origin",
      connectionLimit: 97,
    },
    triggers: [
      ...["api_keys.key_added", "api_keys.key_changed", "api_keys.keys_emptied", "members.member_added"],
      ...["members.member_changed", "members.members_emptied", "workspaces.workspace_changed"],
      ...["workspaces.workspace_removed", "workspaces.workspaces_emptied"],
      ...["audit_events.audit_events_are_final", "audit_events.tell_change"],
    ],
    mails: { waiting: 0, oldestSeconds: 0 },
    subscriptions: { failing: 0, paused: 0 },
  };
  const env = { databasePool: 10, workers: 1 };
  const expectTables = expectJudged((facts: TableFacts) => judgeTables(facts, env), healthy);
  const [tomorrow, later] = [
    { day: "2026-01-02", ahead: 1 },
    { day: "2026-01-05", ahead: 4 },
  ];
  test.each<[Partial<TableFacts>, FindingId, Severity]>([
    [{ missingDays: [tomorrow] }, "log.partitions", "problem"],
    [{ missingDays: [later] }, "log.partitions", "warning"],
    [{ missingDays: [tomorrow], instances: 0 }, "log.partitions", "note"],
    [{ disabledTriggers: ["members.member_changed"] }, "database.triggers", "problem"],
    [{ triggers: healthy.triggers.slice(1) }, "database.triggers", "problem"],
    [{ replicationRole: "replica" }, "database.triggers", "problem"],
    [{ connectionLimit: 21 }, "database.connections", "warning"],
    [{ instances: 9 }, "database.connections", "warning"],
    [{ mails: { waiting: 2, oldestSeconds: 1000 } }, "mail.queue", "warning"],
    [{ mails: { waiting: 2, oldestSeconds: 100 } }, "mail.queue", "ok"],
    [{ subscriptions: { failing: 1, paused: 0 } }, "webhooks.deliveries", "note"],
    [{ subscriptions: { failing: 0, paused: 3 } }, "webhooks.deliveries", "note"],
  ])("%j: %s is %s", (change, id, severity) => expectTables(change, id, severity));
});

test.each<[Record<string, string | null> | null, Severity, RegExp]>([
  [{ "1_a": "0.0.0", "2_b": "0.0.0" }, "ok", /schema of this version/],
  [{ "1_a": "0.0.0" }, "note", /1 migration is missing, from 2_b/],
  [{}, "note", /2 migrations are missing/],
  [null, "note", /empty/],
  [{ "1_a": "0.0.0", "2_b": "0.0.0", "3_c": "0.1.0" }, "note", /A newer version .*3_c.*works with it/],
  [{ "1_a": "0.0.0", "2_b": "0.0.0", "3_c": "0.2.0" }, "problem", /too old/],
  [{ "1_a": "0.0.0", "2_b": "0.0.0", "3_c": null }, "problem", /without recording/],
])("with the migrations %j the schema is %s", (marks, severity, what) => {
  const applied =
    marks &&
    Object.entries(marks).map(([migration_name, compatible_since]) => ({ migration_name, compatible_since }));
  expect(judgeSchema({ applied, known: ["1_a", "2_b"], release: "0.1.0" })).toMatchObject({
    severity,
    what: expect.stringMatching(what),
  });
});

test("encrypted data that the keys don't decrypt is counted by kind", () => {
  const facts = (unreadable: number, earlier = 0) => [
    { noun: "authenticator apps", tried: 5, unreadable, earlier },
    { noun: "queued mails", tried: 7, unreadable: 0, earlier: 0 },
  ];
  expect(judgeSealed(facts(0), null)).toMatchObject({
    severity: "ok",
    what: expect.stringContaining("All 12"),
  });
  expect(judgeSealed(facts(2), null)).toMatchObject({
    severity: "problem",
    what: "ENCRYPTION_KEYS can't decrypt 2 of 5 authenticator apps.",
  });
  expect(judgeSealed(facts(0, 3), null)).toMatchObject({
    severity: "note",
    mend: expect.stringMatching(/rotate/),
  });
  expect(judgeSealed(facts(2), "/srv/data").mend).toMatch(/DATA_DIR/);
});

test.each<[number, boolean, Severity]>([
  [5, false, "ok"],
  [90, false, "warning"],
  [900, false, "problem"],
  [900, true, "warning"],
])(
  "an entry that has waited %i s is judged (process ended: %s): %s",
  (oldestSeconds, isOwnerGone, severity) => {
    const [found] = judgeSpools([{ writer: "w", oldestSeconds, bytes: 100, isOwnerGone }]);
    expect(found).toMatchObject({ id: "spool.undrained", severity });
  },
);

test("a silent process is a warning if it left entries on its disk", () => {
  expect(judgeSilentWriters([])).toMatchObject([{ severity: "ok" }]);
  const writer = (entries: number) => ({ writer: "w", entries, silentSeconds: 7300 });
  expect(judgeSilentWriters([writer(0), writer(3)])).toMatchObject([
    { severity: "note" },
    { severity: "warning", what: expect.stringMatching(/2 hours; at least 3 of its entries/) },
  ]);
});

describe("the disk", () => {
  const gigabyte = 2 ** 30;
  const healthy: DiskFacts = {
    ...{ dataDir: "/srv/data", exists: true, refusal: null, kind: "disk", local: false },
    ...{ sharesWithRoot: false, sharesWithDatabase: false },
    ...{ freeBytes: 20 * gigabyte, freeFiles: 100_000, neededBytes: 2 * gigabyte },
  };
  const expectDisk = expectJudged(judgeDisk, healthy);
  test.each<[Partial<DiskFacts>, FindingId, Severity]>([
    [{ refusal: "EACCES" }, "disk.data-dir", "problem"],
    [{ kind: "memory" }, "disk.data-dir", "problem"],
    [{ kind: "memory", local: true }, "disk.data-dir", "note"],
    [{ kind: "container layer" }, "disk.data-dir", "warning"],
    [{ kind: "network" }, "disk.data-dir", "warning"],
    [{ exists: false }, "disk.data-dir", "note"],
    [{ sharesWithRoot: true }, "disk.spool", "warning"],
    [{ sharesWithDatabase: true }, "disk.spool", "warning"],
    [{ sharesWithRoot: true, local: true }, "disk.spool", "note"],
    [{ freeBytes: gigabyte }, "disk.space", "warning"],
    [{ freeBytes: gigabyte / 8 }, "disk.space", "problem"],
    [{ freeFiles: 12 }, "disk.space", "problem"],
    [{ freeFiles: null }, "disk.space", "ok"],
  ])("%j: %s is %s", (change, id, severity) => expectDisk(change, id, severity));
});

describe("the address that the server sees", () => {
  const healthy: AddressFacts = {
    ...{ seen: "203.0.113.9", claimed: "192.0.2.77", own: "203.0.113.9", trustedProxies: ["10.0.0.0/8"] },
  };
  const expectAddress = expectJudged((facts: AddressFacts) => [judgeAddress(facts)], healthy);
  test.each<[string, Partial<AddressFacts>, Severity]>([
    ["our own, in IPv4-mapped form", { own: "::ffff:203.0.113.9" }, "ok"],
    ["the one we claimed", { seen: "192.0.2.77" }, "problem"],
    ["the one we claimed as a trusted proxy", { seen: "192.0.2.77", own: "10.0.0.8" }, "ok"],
    ["the proxy's, which is trusted", { seen: "10.0.0.2" }, "warning"],
    ["a trusted one, from a trusted one", { seen: "10.0.0.2", own: "10.0.0.8" }, "ok"],
    ["a private one, which isn't trusted", { seen: "172.16.0.2" }, "warning"],
    ["another public one, as behind NAT", { seen: "8.8.4.4", own: "192.168.1.5" }, "note"],
  ])("%s", (_title, change, severity) => expectAddress(change, "proxy.address", severity));
});

test.each<[InstanceFacts["answer"], Severity, RegExp]>([
  [{ status: 200, body: '{"status":"ok","checks":{}}' }, "ok", /is ready/],
  [
    { status: 503, body: '{"status":"unavailable","checks":{"database":"unavailable","access_log":"ok"}}' },
    ...(["problem", /isn't ready: database unavailable/] as const),
  ],
  [{ status: 503, body: '{"status":"stopping","checks":{"database":"ok"}}' }, "problem", /answers 503/],
  [{ status: 404, body: "It works!" }, "problem", /answers 404/],
  ["connect ECONNREFUSED", "note", /No instance answers.*ECONNREFUSED/],
  ["no answer within 2 seconds", "problem", /can't be reached: no answer/],
])("an instance that answers %j is %s", (answer, severity, what) => {
  expect(judgeInstance({ origin: "http://127.0.0.1:3000", answer })).toMatchObject({
    ...{ id: "web.instance", severity, what: expect.stringMatching(what) },
  });
});

describe("mail", () => {
  const healthy: MailFacts = { host: "mail.example.com", refusal: null, isEncrypted: true, local: false };
  const expectMail = expectJudged((facts: MailFacts) => [judgeMail(facts)], healthy);
  test.each<[Partial<MailFacts>, Severity]>([
    [{ host: null }, "warning"],
    [{ host: null, local: true }, "note"],
    [{ refusal: "Invalid login" }, "problem"],
    [{ isEncrypted: false }, "warning"],
    [{ isEncrypted: false, host: "127.0.0.1" }, "ok"],
  ])("%j is %s", (change, severity) => expectMail(change, "mail.server", severity));
});

describe("connections to other servers", () => {
  const github = { setting: "LEAK_REPORT_KEYS_URL", host: "api.example.com", port: 443, isChosen: false };
  const collector = { setting: "OTEL_EXPORTER_OTLP_ENDPOINT", host: "collector", port: 4318, isChosen: true };
  const reached = { lookUpError: null, connectError: null };
  const healthy: OutgoingFacts = {
    dnsServers: ["192.0.2.53"],
    targets: [
      { ...github, ...reached },
      { ...collector, ...reached },
    ],
  };
  const expectOutgoing = expectJudged(judgeOutgoing, healthy);
  test.each<[string, OutgoingFacts["targets"], FindingId, Severity]>([
    ["a name isn't found", [{ ...github, ...reached, lookUpError: "ENOTFOUND" }], "outgoing.dns", "warning"],
    ["the internet", [{ ...github, ...reached, connectError: "refused" }], "outgoing.connections", "note"],
    [
      "what was set",
      [{ ...collector, ...reached, connectError: "refused" }],
      "outgoing.connections",
      "warning",
    ],
  ])("%s", (_title, targets, id, severity) =>
    expectOutgoing({ targets }, id, severity, /192\.0\.2\.53|refused/),
  );
});
