import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import type { LogCode } from "@/lib/contracts/access-logs";
import { encodeLine } from "@/lib/engine/log/entry-line";
import { auditEventJson } from "@/lib/server/audit/list-audit-events";
import { adoptRestored } from "@/lib/server/backups/adopt-restored";
import { recordRestore } from "@/lib/server/backups/record-restore";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { entryRecord } from "@/lib/server/otlp/entry-record";
import { db, runtime } from "@/lib/server/runtime";
import { entry } from "@/tests/database/access-log-writer";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeSessionCookie, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { evidenceIn } from "./revocation-evidence";
import { type RevokeAgainOptions, revokeAgain } from "./revoke-again-command";

useRuntime({}, { jobs: false });
const call = useKeyApi();
const folder = mkdtempSync(path.join(tmpdir(), "keyward-evidence-"));
const minute = 60_000;

type Report = {
  since: string;
  keys: { key_id: string; revoked_at: string }[];
  revoked: boolean;
  repeat_by_hand: { what: string }[];
};

async function run(options: RevokeAgainOptions): Promise<Report & { text: string }> {
  let printed = {};
  await revokeAgain(options, (document, text) => {
    printed = { ...(document as object), text };
  });
  return printed as Report & { text: string };
}

function fileOf(name: string, ...lines: (object | string)[]): string {
  const file = path.join(folder, name);
  writeFileSync(
    file,
    lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"),
  );
  return file;
}

function otlpLine(keyId: string, code: LogCode, at: Date): string {
  const denied = entry({ keyId, outcome: "denied", code });
  const line = encodeLine(denied, at.getTime() * 1000, "00000000-0000-4000-8000-000000000001", 1).trimEnd();
  return `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${entryRecord(line)}]}]}]}`;
}

test("revocations that a restored database has forgotten are found in each kind of log, listed, and repeated", async () => {
  const { workspace, actor } = await makeWorkspace();
  const keys = [];
  for (let number = 0; number < 6; number += 1) keys.push(await makeKey(actor, { name: `key ${number}` }));
  const [audited, used, exported, told, early, kept] = keys.map(({ key }) => key.id) as [
    ...[string, string, string, string, string, string],
  ];
  const takenAt = new Date(Date.now() - 60 * minute);
  const later = new Date(takenAt.getTime() + minute).toISOString();
  const before = new Date(takenAt.getTime() - 30 * minute).toISOString();
  await revokeApiKey(actor, audited);
  const event = await db().auditEvent.findFirstOrThrow({
    where: { action: "api_key.revoked", targetId: audited },
  });
  // As in the backup, which was taken before.
  await db().apiKey.update({ where: { id: audited }, data: { revokedAt: null } });
  await revokeApiKey(actor, kept);
  const suspended = {
    ...auditEventJson(event),
    action: "member.suspended",
    target: { type: "member", id: "usr_1", name: "Eve" },
  };
  const files = [
    fileOf(
      "audit.ndjson",
      auditEventJson(event),
      { ...suspended, at: later },
      { ...auditEventJson(event), action: "api_key.renamed" },
    ),
    fileOf(
      "access.ndjson",
      { at: later, key_id: used, code: "revoked_key", outcome: "denied" },
      { at: later, key_id: used, code: "expired_key", outcome: "denied" },
      { at: before, key_id: early, code: "revoked_key", outcome: "denied" },
      { at: later, key_id: kept, code: "revoked_key", outcome: "denied" },
      { at: later, key_id: "key_of_later", code: "revoked_key", outcome: "denied" },
      "",
    ),
    fileOf(
      "otlp.json",
      otlpLine(exported, "revoked_key", new Date(later)),
      otlpLine(early, "revoked_key", new Date(before)),
    ),
    fileOf("events.ndjson", { type: "api_key.revoked", createdAt: later, data: { key: { id: told } } }),
  ];

  await expect(run({ sinceBackup: files })).rejects.toThrow("Add --since with the time of its state");
  await expect(run({ sinceBackup: files, since: "yesterday" })).rejects.toThrow("isn't a time such as");
  await recordRestore(takenAt.toISOString(), "1.0.0");
  const listed = await run({ sinceBackup: files });
  const forgotten = [audited, used, exported, told];
  expect(listed).toMatchObject({ since: takenAt.toISOString(), revoked: false });
  expect(listed.keys.map(({ key_id }) => key_id).sort()).toEqual([...forgotten].sort());
  expect(listed.repeat_by_hand.map(({ what }) => what)).toEqual(["member.suspended Eve (usr_1)"]);
  expect(listed.text).toContain("4 keys were revoked that this database has as valid.");
  expect(await db().apiKey.count({ where: { workspaceId: workspace.id, revokedAt: null } })).toBe(5);

  const repeated = await run({ sinceBackup: files, yes: true });
  expect(repeated).toMatchObject({ revoked: true, keys: listed.keys });
  const stillValid = await db().apiKey.findMany({ where: { workspaceId: workspace.id, revokedAt: null } });
  expect(stillValid.map(({ id }) => id)).toEqual([early]);
  for (const { secret, key } of keys) {
    const { status } = await call("/api/public/v1/me", { headers: { "x-api-key": secret } });
    expect([key.id, status]).toEqual([key.id, key.id === early ? 200 : 401]);
  }
  expect((await run({ sinceBackup: files, yes: true })).keys).toEqual([]);
  // A moment of one's own takes the place of the recorded one.
  const all = await run({ sinceBackup: files, since: before });
  expect(all.keys.map(({ key_id }) => key_id)).toEqual([early]);
});

test("a line that isn't JSON stops it, and other JSON says nothing", async () => {
  const damaged = fileOf("damaged.ndjson", { at: "2026-11-28T00:00:00Z" }, '{"at":');
  await expect(run({ sinceBackup: [damaged] })).rejects.toThrow("damaged.ndjson, line 2 isn't JSON.");
  for (const line of ["1", "null", "[]", '"x"', "{}", '{"resourceLogs":[null,{"scopeLogs":[1]}]}'])
    expect(evidenceIn(line)).toEqual([]);
  for (const at of [undefined, null, 5, "", "never"])
    expect(evidenceIn(JSON.stringify({ at, key_id: "key_1", code: "revoked_key" }))).toEqual([]);
});

test("after a restore by other means, what instances remember is void, once none of them runs", async () => {
  const { owner, actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  await makeSessionCookie(owner);
  await expect(adoptRestored()).rejects.toThrow(
    "An instance of Keyward runs on this database. Stop it first.",
  );
  const { pool, engine } = runtime();
  const state = async () =>
    (
      await pool.query(
        "SELECT epoch, pruned_to, (SELECT count(*) FROM decisions.instances) AS instances FROM decisions.invalidation_head",
      )
    ).rows[0];
  const { epoch } = await state();
  await engine.leaseKeeper.stop();
  await adoptRestored();
  expect(await state()).toEqual({ epoch: epoch + 1_000_000, pruned_to: epoch + 1_000_000, instances: 0 });
  expect(await db().session.count()).toBe(0);
  await engine.leaseKeeper.start();
  expect((await call("/api/public/v1/me", { headers: { "x-api-key": secret } })).status).toBe(200);
});
