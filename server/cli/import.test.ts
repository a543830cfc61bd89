import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { expectDone, expectFailed, useKeywardCommand } from "@/tests/processes/keyward-command";
import { waitUntil } from "@/tests/wait-until";

useRuntime();
const call = useKeyApi();
const keyward = useKeywardCommand();
vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(path.join(tmpdir(), "keyward-test-"));
function fileOf(lines: (object | string)[]): string {
  const file = path.join(folder, `${randomBytes(6).toString("hex")}.jsonl`);
  writeFileSync(
    file,
    lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"),
  );
  return file;
}
const sha = (secret: string, encoding: "hex" | "base64" | "base64url" = "hex") =>
  createHash("sha256").update(secret).digest(encoding);
const newSecret = (prefix = "acme_") => `${prefix}${randomBytes(16).toString("hex")}`;
const lineOf = (secret: string, more: object = {}) => ({
  sha256: sha(secret),
  name: "imported",
  key_prefix: "acme_",
  key_suffix: secret.slice(-4),
  length: secret.length,
  permission_level: "read_only",
  ...more,
});
const codeOf = async (secret: string) => {
  const { status, json } = await call("/api/public/v1/me", { headers: { "x-api-key": secret } });
  return status === 200 ? "valid" : (json as { error: { code: string } }).error.code;
};
type Result = { imported: number; skipped: { line: number; reason: string }[]; skipped_total: number };

test("imported keys work with their old secrets, within a moment on every instance", async () => {
  const { workspace } = await makeWorkspace();
  const member = await makeMember(workspace, "member");
  const [one, two, three] = [newSecret(), newSecret(), newSecret()];
  const file = fileOf([
    lineOf(one, { metadata: { plan: "pro" }, owner_email: member.user.email }),
    lineOf(two, { sha256: sha(two, "base64"), permission_level: "read_write", owner: member.user.id }),
    "",
    lineOf(three, { sha256: sha(three, "base64url"), expires_at: "2020-01-01T00:00:00Z" }),
  ]);
  expect(await codeOf(one)).toBe("invalid_key");
  const dry = await keyward([
    "key",
    "import",
    "--workspace",
    workspace.id,
    "--file",
    file,
    "--dry-run",
    "--json",
  ]);
  expect(dry.json).toMatchObject({ imported: 3, skipped_total: 0, dry_run: true });
  expect(await db().apiKey.count({ where: { workspaceId: workspace.id } })).toBe(0);
  const done = await keyward(["key", "import", "--workspace", workspace.id, "--file", file, "--json"]);
  expectDone(done);
  expect(done.json).toMatchObject({ imported: 3, skipped: [], skipped_total: 0 });
  await waitUntil("the format is known here", async () => (await codeOf(one)) === "valid");
  expect([await codeOf(two), await codeOf(three)]).toEqual(["valid", "expired_key"]);
  const again = await keyward(["key", "import", "--workspace", workspace.id, "--file", file, "--json"]);
  expect(again.json).toMatchObject({ imported: 0, skipped_total: 3 });
  const event = await db().auditEvent.findFirstOrThrow({
    where: { workspaceId: workspace.id, action: "workspace.keys_imported" },
  });
  expect(event.details).toEqual({ keys: 3 });
});

test("S77 each line that can't be imported is skipped with a reason that tells nothing of it", async () => {
  const { workspace } = await makeWorkspace();
  const foreign = await makeWorkspace();
  const known = await makeKey(foreign.actor);
  const secret = newSecret();
  const viewer = await makeMember(workspace, "viewer");
  const lines: [object | string, RegExp][] = [
    ["{", /not JSON/],
    ["[]", /./],
    [lineOf(newSecret(), { sha256: "abc" }), /^sha256: /],
    [lineOf(known.secret, { key_prefix: "other_" }), /already exists/],
    [lineOf(newSecret(), { key_prefix: "kw_sk_", length: 44 }), /^key_prefix: .*own keys/],
    [lineOf(newSecret(), { owner_email: "nobody@example.test" }), /^owner: /],
    [lineOf(newSecret(), { owner: viewer.user.id, permission_level: "read_write" }), /^permission_level: /],
    [lineOf(newSecret(), { permission_level: "custom", permissions: ["files:read"] }), /not declared/],
    [lineOf(newSecret(), { name: "" }), /^name: /],
    [lineOf(newSecret(), { secret: "x" }), /Unknown field: secret/],
    [lineOf(newSecret(), { length: 5 }), /^length: /],
    [lineOf(newSecret(), { expires_at: "0000-01-01T00:00:00Z" }), /^expires_at: /],
    [lineOf(newSecret(), { metadata: { broken: "\ud800" } }), /^metadata.broken: /],
    [lineOf(newSecret(), { metadata: { note: `was ${known.secret}` } }), /^metadata.note: .*API key/],
    [lineOf(secret), /^$/],
    [lineOf(secret), /repeated/],
  ];
  const file = fileOf(lines.map(([line]) => line));
  const done = await keyward(["key", "import", "--workspace", workspace.id, "--file", file, "--json"]);
  const { imported, skipped } = done.json as Result;
  expect(imported).toBe(1);
  const refused = lines
    .map(([, reason], index) => ({ line: index + 1, reason }))
    .filter(({ reason }) => !reason.test(""));
  expect(skipped.map(({ line }) => line)).toEqual(refused.map(({ line }) => line));
  for (const [index, { reason }] of refused.entries()) expect(skipped[index]?.reason).toMatch(reason);
  expect(JSON.stringify(done)).not.toContain(sha(known.secret));
  expect(
    await db().apiKey.count({ where: { hash: Uint8Array.from(Buffer.from(sha(known.secret), "hex")) } }),
  ).toBe(1);
});

test("keys of Unkey, better-auth and Kong are converted", async () => {
  const { workspace } = await makeWorkspace();
  const imported = async (from: string, records: object[], more: string[] = []) => {
    const file = fileOf(records);
    const args = [
      "key",
      "import",
      "--workspace",
      workspace.id,
      "--from",
      from,
      "--file",
      file,
      "--json",
      ...more,
    ];
    const done = await keyward(args);
    expect(done.json, done.stderr).toMatchObject({ imported: records.length, skipped: [] });
  };
  const unkey = newSecret("unk_");
  await imported(
    "unkey",
    [
      {
        hash: sha(unkey, "base64"),
        start: unkey.slice(0, 8),
        name: "mobile",
        meta: '{"plan":"pro"}',
        enabled: true,
      },
    ],
    ["--key-length", String(unkey.length)],
  );
  const betterAuth = `ba_${randomBytes(32).toString("hex")}`;
  await imported("better-auth", [
    { key: sha(betterAuth, "base64url"), prefix: "ba_", name: "web", enabled: true, expiresAt: null },
  ]);
  const kong = randomBytes(16).toString("hex");
  await imported("kong", [{ key: kong, consumer: { username: "partner" } }]);
  for (const secret of [unkey, betterAuth, kong])
    await waitUntil("the key works", async () => (await codeOf(secret)) === "valid");
  const keys = await db().apiKey.findMany({ where: { workspaceId: workspace.id }, orderBy: { id: "asc" } });
  expect(keys.map(({ name, metadata }) => [name, metadata])).toEqual([
    ["mobile", { plan: "pro" }],
    ["web", {}],
    ["partner", {}],
  ]);
  expect(JSON.stringify(await db().auditEvent.findMany())).not.toContain(kong);
});

test("keys of a CSV file are imported, each line that can't be has a reason, and a broken file says where", async () => {
  const { workspace } = await makeWorkspace();
  const [hashed, plain] = [newSecret(), newSecret()];
  const text = [
    "sha256;key;name;key_prefix;length;permission_level;metadata;allowed_ips",
    `${sha(hashed)};;hashed;acme_;${hashed.length};read_only;"{""plan"":""pro""}";`,
    `;${plain};plain;;;read_write;;"127.0.0.0/8; ::1"`,
    `;${newSecret()};;;;read_only;;`,
    `${sha(newSecret())};;b;acme_;forty;read_only;;`,
  ].join("\r\n");
  const file = fileOf([`\ufeff${text}`]);
  const args = ["key", "import", "--workspace", workspace.id, "--from", "csv", "--json", "--file"];
  const refused = [
    { line: 4, reason: expect.stringMatching(/^name: /) },
    { line: 5, reason: "length: Enter the length of the key." },
  ];
  const dry = await keyward([...args, file, "--dry-run"]);
  expectDone(dry);
  expect(dry.json).toMatchObject({ imported: 2, skipped: refused, dry_run: true });
  expect(await db().apiKey.count({ where: { workspaceId: workspace.id } })).toBe(0);
  const done = await keyward([...args, "-"], { stdin: `\ufeff${text}` });
  expectDone(done);
  expect(done.json).toMatchObject({ imported: 2, skipped: refused });
  for (const secret of [hashed, plain])
    await waitUntil("the key works", async () => (await codeOf(secret)) === "valid");
  const keys = await db().apiKey.findMany({ where: { workspaceId: workspace.id }, orderBy: { name: "asc" } });
  expect(keys).toMatchObject([
    { name: "hashed", prefix: "acme_", suffix: "", metadata: { plan: "pro" }, allowedIps: [] },
    { name: "plain", prefix: "acme_", suffix: plain.slice(-4), allowedIps: ["127.0.0.0/8", "::1"] },
  ]);
  expectFailed(
    await keyward([...args, fileOf([`${text}\r\n"${newSecret()}`])]),
    /^line 6: A quote isn't closed/,
  );
  expectFailed(await keyward([...args, fileOf([newSecret()])]), /^line 1: Column 1 is unknown/);
});

test("of two imports of the same file at once, each key is imported once and told as existing to the other", async () => {
  const { workspace, actor } = await makeWorkspace();
  const secrets = Array.from({ length: 1500 }, () => newSecret());
  const file = fileOf(secrets.map((secret) => lineOf(secret, { metadata: { plan: "pro" } })));
  const args = ["key", "import", "--workspace", workspace.id, "--file", file, "--json"];
  const done = await Promise.all([keyward(args), keyward(args)]);
  const results = done.map(({ json }) => json as Result);
  expect(results.reduce((sum, { imported }) => sum + imported, 0)).toBe(1500);
  for (const { imported, skipped_total } of results) expect(imported + skipped_total).toBe(1500);
  expect(results.flatMap(({ skipped }) => skipped).every(({ reason }) => /already exists/.test(reason))).toBe(
    true,
  );
  const events = await db().auditEvent.findMany({
    where: { workspaceId: actor.workspaceId, action: "workspace.keys_imported" },
  });
  expect(events.reduce((sum, { details }) => sum + (details as { keys: number }).keys, 0)).toBe(1500);
});

test("a file that isn't there and an unknown source fail in one line", async () => {
  const { workspace } = await makeWorkspace();
  const args = ["key", "import", "--workspace", workspace.id, "--file"];
  for (const from of ["jsonl", "csv"])
    expectFailed(await keyward([...args, "/nowhere.jsonl", "--from", from]), /ENOENT/);
  expectFailed(await keyward([...args, "x", "--from", "clerk"]), /unkey/);
});
