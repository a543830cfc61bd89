import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import type { PoolClient } from "@/lib/engine/postgres/client";
import { requireEncryptionKeys } from "@/server/require-encryption-keys";
import { entry, untilCopied, withWriter } from "@/tests/database/access-log-writer";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { Chance } from "@/tests/models/simulated-time";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { db, runtime } from "../runtime";
import { sealedText } from "./audit-chain";
import { loadChainKeys } from "./chain-keys";
import { discardSeals } from "./discard-seals";
import { inSnapshot } from "./in-snapshot";
import { sealAuditEvents } from "./seal-audit-events";
import { verifyAccessLog } from "./verify-access-log";
import { type AuditReport, type KnownHeads, verifyAudit } from "./verify-audit";

useRuntime({}, { jobs: false });

/** How many random changes are tried, and which. The switches are for long runs by hand. */
const changes = Number(process.env.CHAIN_TEST_CHANGES ?? 200);
const seed = Number(process.env.CHAIN_TEST_SEED ?? Date.now() % 2 ** 31);
const chance = new Chance(seed);

async function verify(known?: KnownHeads): Promise<AuditReport> {
  const client = await runtime().pool.connect();
  try {
    return await verifyAudit(client, null, known);
  } finally {
    client.release();
  }
}

/** Some workspaces with events, all sealed. */
async function makeHistory(): Promise<void> {
  for (let made = 0; made < 3; made += 1) {
    const { actor } = await makeWorkspace();
    for (let key = 0; key < 8; key += 1) await makeKey(actor, { name: `key ${key}` });
  }
  await sealAuditEvents();
}

test("S60 an untouched audit log verifies", async () => {
  await makeHistory();
  const events = await db().auditEvent.count();
  expect(await verify()).toEqual({ chains: 4, events, findings: [] });
  const { rows } = await runtime().pool.query("SELECT FROM chains.audit_pending");
  expect(rows).toEqual([]);
});

test("S60 every random change of the audit log is found", async () => {
  await makeHistory();
  const { pool } = runtime();
  const { rows } = await pool.query<{ chain: string; seq: number; id: string; mac: Buffer }>(
    "SELECT chain, seq, event_id AS id, mac FROM chains.audit_seals ORDER BY chain, seq",
  );
  const known: KnownHeads = new Map();
  for (const { chain, seq, mac } of rows) known.set(chain, new Map([[seq, mac.toString("hex")]]));
  const client = await pool.connect();
  try {
    for (let made = 0; made < changes; made += 1) {
      const change = chance.pick(kinds);
      const { chain, seq, id } = chance.pick(rows);
      await client.query("BEGIN");
      // As the owner of the database, who can switch off all triggers.
      await client.query("ALTER TABLE audit_events DISABLE TRIGGER USER");
      await client.query("ALTER TABLE chains.audit_seals DISABLE TRIGGER USER");
      await change(client, chain, seq, id);
      const { findings } = await verifyAudit(client, null, known);
      await client.query("ROLLBACK");
      expect(findings, `CHAIN_TEST_SEED=${seed}: ${change.name} of ${chain} ${seq}`).not.toEqual([]);
      expect(findings.map((finding) => finding.chain)).toContain(chain);
      const [first] = findings.filter((finding) => finding.chain === chain);
      if (first?.seq && change !== swap) expect(first.seq).toBe(seq);
    }
  } finally {
    client.release(true);
  }
  expect((await verify(known)).findings).toEqual([]);
});

type Change = (client: PoolClient, chain: string, seq: number, id: string) => Promise<unknown>;

const edit: Change = (client, _chain, _seq, id) => {
  const edits = [
    "action = action || '.x'",
    "at = at + interval '1 millisecond'",
    "actor_name = 'Mallory'",
    "actor_id = actor_id || 'x'",
    "details = details || '{\"added\": true}'",
    "ip = '198.51.100.1'",
    "request_id = coalesce(request_id, '') || 'x'",
    "user_agent = NULL, target_name = coalesce(target_name, '') || coalesce(user_agent, 'x') || 'x'",
    "workspace_id = coalesce(workspace_id, '') || 'x'",
  ];
  return client.query(`UPDATE audit_events SET ${chance.pick(edits)} WHERE id = $1`, [id]);
};

const remove: Change = (client, _chain, _seq, id) =>
  client.query("DELETE FROM audit_events WHERE id = $1", [id]);

const removeWithSeal: Change = async (client, chain, seq, id) => {
  await remove(client, chain, seq, id);
  await client.query("DELETE FROM chains.audit_seals WHERE event_id = $1", [id]);
};

/** Closes the gap in the numbers, too. */
const removeAndRenumber: Change = async (client, chain, seq, id) => {
  await removeWithSeal(client, chain, seq, id);
  await client.query("UPDATE chains.audit_seals SET seq = seq + 1000000 WHERE chain = $1 AND seq > $2", [
    chain,
    seq,
  ]);
  await client.query("UPDATE chains.audit_seals SET seq = seq - 1000001 WHERE chain = $1 AND seq > 1000000", [
    chain,
  ]);
};

const swap: Change = async (client, chain, seq) => {
  const { rows } = await client.query<{ seq: number; id: string; mac: Buffer }>(
    `SELECT seq, event_id AS id, mac FROM chains.audit_seals WHERE chain = $1 ORDER BY seq = $2 DESC, abs(seq - $2) LIMIT 2`,
    [chain, seq],
  );
  const [one, other] = rows as [(typeof rows)[number], (typeof rows)[number]];
  await client.query("DELETE FROM chains.audit_seals WHERE chain = $1 AND seq IN ($2, $3)", [
    chain,
    one.seq,
    other.seq,
  ]);
  await client.query(
    "INSERT INTO chains.audit_seals (chain, seq, event_id, mac) VALUES ($1, $2, $3, $4), ($1, $5, $6, $7)",
    [chain, one.seq, other.id, other.mac, other.seq, one.id, one.mac],
  );
};

const truncate: Change = async (client, chain, seq) => {
  await client.query(
    "DELETE FROM audit_events WHERE id IN (SELECT event_id FROM chains.audit_seals WHERE chain = $1 AND seq >= $2)",
    [chain, seq],
  );
  await client.query("DELETE FROM chains.audit_seals WHERE chain = $1 AND seq >= $2", [chain, seq]);
};

const add: Change = (client, _chain, _seq, id) =>
  client.query(
    `INSERT INTO audit_events SELECT (jsonb_populate_record(e, jsonb_build_object('id', e.id || 'x'))).* FROM audit_events e WHERE id = $1`,
    [id],
  );

const kinds = [edit, remove, removeWithSeal, removeAndRenumber, swap, truncate, add];

test("S60 the database refuses to change or delete a seal", async () => {
  for (const statement of ["UPDATE chains.audit_seals SET mac = ''", "DELETE FROM chains.audit_seals"])
    await expect(runtime().pool.query(statement)).rejects.toThrow("seals are never updated or deleted");
});

test("S60 a seal covers every column of an event", async () => {
  const { rows } = await runtime().pool.query<{ name: string }>(
    "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'audit_events'",
  );
  for (const { name } of rows) expect(sealedText).toMatch(new RegExp(`\\be\\.${name}\\b`));
});

test("S60 the keys of chains are encrypted, and other ENCRYPTION_KEYS can't read them", async () => {
  const { pool, encryptionKeys, chainKeys } = runtime();
  expect(await loadChainKeys(pool, encryptionKeys)).toEqual(chainKeys);
  expect(await loadChainKeys(pool, [Buffer.alloc(32, 7)])).toBeNull();
});

test("a local server with another data folder serves and logs without seals, which verification reports", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "keyward-other-data-"));
  // Mail that waits is encrypted with the key of the first.
  await runtime().pool.query("DELETE FROM mail.outbox");
  await withAnotherRuntime({ DATA_DIR: folder }, async (server) => {
    expect(server.chainKeys).toBeNull();
    await requireEncryptionKeys(server);
    await server.engine.accessLog.append(entry({ requestId: "without-a-seal" }));
    await untilCopied(server.engine.accessLog);
    await sealAuditEvents();
  });
  const { rowCount } = await runtime().pool.query(
    "SELECT FROM access_log.entries WHERE request_id = 'without-a-seal'",
  );
  expect(rowCount).toBe(1);
  const { findings } = await inSnapshot((client, other) => verifyAccessLog(client, other));
  expect(findings).toHaveLength(1);
});

test("two instances that seal at once seal each event once", async () => {
  const { actor } = await makeWorkspace();
  for (let key = 0; key < 5; key += 1) await makeKey(actor, { name: `key ${key}` });
  await Promise.all([sealAuditEvents(), sealAuditEvents(), sealAuditEvents()]);
  await sealAuditEvents();
  expect((await verify()).findings).toEqual([]);
});

test("once seals with lost keys are discarded, all events are sealed with new keys, and both logs verify", async () => {
  const { pool, encryptionKeys } = runtime();
  await withWriter(async (writer) => {
    await writer.append(entry());
    await untilCopied(writer);
  });
  await discardSeals();
  runtime().chainKeys = await loadChainKeys(pool, encryptionKeys);
  await sealAuditEvents();
  await withWriter(async (writer) => {
    await writer.append(entry());
    await untilCopied(writer);
  });
  expect(await verify()).toMatchObject({ events: await db().auditEvent.count(), findings: [] });
  const checked = await inSnapshot((client, other) => verifyAccessLog(client, other));
  expect(checked).toMatchObject({ lost: 0, findings: [] });
  expect(checked.entries).toBeGreaterThanOrEqual(2);
});
