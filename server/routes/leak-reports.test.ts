import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { rightsOf } from "@/lib/engine/permissions/rights";
import type { KeyActor } from "@/lib/server/actor";
import { changeApiKey } from "@/lib/server/keys/change-api-key";
import { insertApiKey } from "@/lib/server/keys/create-api-key";
import { revokeReportedKeys } from "@/lib/server/keys/leak-reports";
import { lockNewKeys } from "@/lib/server/keys/require-room-for-key";
import { revokeApiKey } from "@/lib/server/keys/revoke-api-key";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import { makeManagingKey } from "@/tests/factories/managing-key";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { waitUntil } from "@/tests/wait-until";

useRuntime();
const call = useKeyApi();

let addresses = 0;
function nextAddress(): string {
  addresses += 1;
  return `198.51.100.${addresses}`;
}
const report = (credentials: unknown, from = nextAddress()) =>
  call("/credentials/revoke", {
    method: "POST",
    headers: { "x-forwarded-for": from },
    body: { credentials },
  });
const codeOf = async (secret: string) => {
  const { status, json } = await call("/api/public/v1/me", { headers: { "x-api-key": secret } });
  return status === 200 ? "valid" : (json as { error: { code: string } }).error.code;
};
const rowOf = (id: string) => db().apiKey.findUniqueOrThrow({ where: { id } });

/** Until every report was acted on. */
const settled = () =>
  waitUntil("all reports are acted on", async () => {
    const { rows } = await runtime().pool.query("SELECT FROM leaks.reports");
    return rows.length === 0;
  });

test("a reported key is revoked, its owner and the admins get mail, and the secret is in none of it", async () => {
  const { workspace, owner } = await makeWorkspace();
  const member = await makeMember(workspace, "member");
  await makeMember(workspace, "viewer");
  const { key, secret } = await makeKey(member.actor, { name: "leaky" });
  expect(await codeOf(secret)).toBe("valid");
  const answer = await report([secret, "not-a-key", secret]);
  expect([answer.status, answer.body, answer.headers["cache-control"]]).toEqual([202, "", "no-store"]);
  await waitUntil("the key is denied", async () => (await codeOf(secret)) === "revoked_key");
  const row = await rowOf(key.id);
  expect(row.exposedAt).toEqual(row.revokedAt);
  const events = await db().auditEvent.findMany({ where: { targetId: key.id } });
  expect(events.map(({ action }) => action)).toContain("api_key.exposed");
  expect(JSON.stringify(events)).not.toContain(secret);

  const folder = path.join(runtime().env.dataDir, "mail");
  const mailsTo = (email: string) =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .map((file) => readFileSync(path.join(folder, file), "utf8"))
      .filter((mail) => mail.includes(email) && mail.includes("leaked and was revoked"));
  for (const email of [owner.email, member.user.email])
    await waitUntil(`mail to ${email}`, async () => mailsTo(email).length === 1);
  expect(mailsTo(owner.email)[0]).not.toContain(secret);
  const link = `/${workspace.slug}/settings/api/keys/${key.id}`;
  expect(mailsTo(member.user.email)[0]?.replace(/=\r\n/g, "")).toContain(link);
});

test("S30 the answer doesn't tell what was known", async () => {
  const { actor } = await makeWorkspace();
  const [live, revoked] = [await makeKey(actor), await makeKey(actor)];
  await revokeApiKey(actor, revoked.key.id);
  const told = async (credentials: string[]) => {
    const { status, body, headers } = await report(credentials);
    const { "x-request-id": _, date: __, ...rest } = headers;
    return { status, body, rest };
  };
  const unknown = await told(["kw_sk_00000000000000000000000000000000000000"]);
  expect(await told([live.secret])).toEqual(unknown);
  expect(await told([revoked.secret])).toEqual(unknown);
  expect(await told([live.secret])).toEqual(unknown);
});

test("a report of a key that is already revoked changes nothing", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  await revokeApiKey(actor, key.id);
  const before = await rowOf(key.id);
  expect((await report([secret])).status).toBe(202);
  await settled();
  expect(await rowOf(key.id)).toEqual(before);
});

test("S33 keys that a leaked key made, directly or not, are disabled until an admin decides", async () => {
  const { ask, secret, actor, workspace } = await makeManagingKey(call);
  type Made = { key_id: string; key: string };
  const child = (
    await ask("POST", "", { name: "child", permission_level: "read_write", can_manage_keys: true })
  ).json as Made;
  const grandchild = (
    await call("/auth/api-keys", {
      method: "POST",
      headers: { "x-api-key": child.key },
      body: { name: "grandchild", permission_level: "read_only" },
    })
  ).json as Made;
  const unrelated = await makeKey(actor);
  expect((await report([secret])).status).toBe(202);
  await waitUntil("it is denied", async () => (await codeOf(secret)) === "revoked_key");
  await waitUntil("they are denied", async () => (await codeOf(grandchild.key)) === "disabled_key");
  expect(await codeOf(child.key)).toBe("disabled_key");
  expect(await codeOf(unrelated.secret)).toBe("valid");
  expect(await rowOf(grandchild.key_id)).toMatchObject({ revokedAt: null, disabledByAdmin: true });

  const member = await makeMember(workspace, "member");
  await db().apiKey.update({ where: { id: grandchild.key_id }, data: { ownerId: member.user.id } });
  await expect(
    changeApiKey(member.actor, grandchild.key_id, { disabled: false }),
    "S70 the owner can't enable it",
  ).rejects.toMatchObject({ code: "insufficient_permissions" });
  await changeApiKey(actor, grandchild.key_id, { disabled: false });
  expect(await codeOf(grandchild.key)).toBe("valid");
});

test("S33 a key that the leaked one is creating while it is reported is disabled too", async () => {
  const { key, secret } = await makeManagingKey(call);
  const { record } = await runtime().engine.keyCache.find(Buffer.from(key.hash).toString("hex"));
  if (!record) throw new Error("The key was just created.");
  const creator: KeyActor = {
    ...record,
    ...rightsOf(record, "owner", record.catalog),
    type: "key",
    limitPerMinute: 600,
    origin: { ip: null, userAgent: null, requestId: null },
  };
  const child = await db().$transaction(
    async (transaction) => {
      const created = await insertApiKey(transaction, creator, {
        name: "child",
        permissionLevel: "read_only",
      });
      expect((await report([secret])).status).toBe(202);
      await waitUntil("revoking waits for the creation", async () => {
        const waiting = await db().$queryRaw<unknown[]>`
          SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
          WHERE NOT granted AND datname = current_database()`;
        return waiting.length > 0;
      });
      return created;
    },
    { timeout: 30_000 },
  );
  await settled();
  expect(await rowOf(child.key.id)).toMatchObject({ disabledAt: expect.any(Date), disabledByAdmin: true });
});

test("S30 a report is answered before a known key is revoked, so that its time doesn't tell", async () => {
  const { actor, workspace } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  await db().$transaction(
    async (transaction) => {
      await lockNewKeys(transaction, workspace.id);
      expect((await report([secret])).status).toBe(202);
      expect(await rowOf(key.id)).toMatchObject({ revokedAt: null });
    },
    { timeout: 30_000 },
  );
  await settled();
  expect(await rowOf(key.id)).toMatchObject({ exposedAt: expect.any(Date) });
});

test("a report that was answered is acted on by another process if this one died", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  const start = vi.spyOn(runtime().background, "start").mockImplementation(() => {});
  expect((await report([secret])).status).toBe(202);
  start.mockRestore();
  await revokeReportedKeys();
  expect(await rowOf(key.id)).toMatchObject({ exposedAt: expect.any(Date) });
  await settled();
});

test("a process that stops waits for revocations in the background, with its database", async () => {
  const done: string[] = [];
  await withAnotherRuntime({}, async (server) => {
    const { background, prisma } = server;
    const stopping = new Promise<void>((resolve) => {
      const finish = background.finish.bind(background);
      background.finish = () => {
        resolve();
        return finish();
      };
    });
    background.start("revoking", async () => {
      await stopping;
      await prisma.$queryRaw`SELECT 1`;
      done.push("revoked");
    });
  });
  expect(done).toEqual(["revoked"]);
});

test("a key whose revocation fails is logged and tried again, and keeps no other one from being revoked", async () => {
  const { actor } = await makeWorkspace();
  const [first, second] = [await makeKey(actor), await makeKey(actor)];
  const logged = vi.spyOn(runtime().log, "error");
  const transact = vi.spyOn(runtime().prisma, "$transaction").mockRejectedValueOnce(new Error("a mistake"));
  expect((await report([first.secret, second.secret])).status).toBe(202);
  await runtime().background.finish();
  transact.mockRestore();
  const exposed = async () =>
    (await Promise.all([first, second].map(({ key }) => rowOf(key.id)))).filter(({ exposedAt }) => exposedAt);
  expect(await exposed()).toHaveLength(1);
  expect(logged).toHaveBeenCalledWith(
    expect.objectContaining({ attempts: 1, error: "a mistake" }),
    expect.stringMatching(/^a leaked key could not be revoked; .*keyward key revoke/),
  );
  expect(JSON.stringify(logged.mock.calls)).not.toContain(first.secret);
  logged.mockRestore();
  await runtime().pool.query("UPDATE leaks.reports SET next_attempt_at = now()");
  await revokeReportedKeys();
  expect(await exposed()).toHaveLength(2);
  await settled();
});

test("a report is given up after a week of failures, and that is logged", async () => {
  const { pool, log } = runtime();
  await pool.query(`INSERT INTO leaks.reports (findings, origin, attempts, created_at)
    VALUES ('[]', '{}', 5, now() - interval '8 days')`);
  const logged = vi.spyOn(log, "error");
  await revokeReportedKeys();
  await settled();
  expect(logged).toHaveBeenCalledWith(
    expect.objectContaining({ attempts: 5 }),
    expect.stringMatching(/^a report of leaked keys was discarded after a week of failed attempts; /),
  );
  logged.mockRestore();
});

test("a report that can't be stored is an error", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  const query = vi.spyOn(runtime().pool, "query");
  const original = query.getMockImplementation();
  query.mockImplementation(((...args: unknown[]) =>
    String((args[0] as { text?: string }).text ?? args[0]).includes("leaks.reports")
      ? Promise.reject(new Error("a mistake"))
      : (original ?? Object.getPrototypeOf(runtime().pool).query).apply(runtime().pool, args)) as never);
  const answer = await report([secret]);
  query.mockRestore();
  expect([answer.status, (answer.json as { error: { code: string } }).error.code]).toEqual([
    500,
    "internal_error",
  ]);
  expect(await rowOf(key.id)).toMatchObject({ revokedAt: null });
});

test("S36 of concurrent reports one revokes the key, and one mail goes out", async () => {
  const { actor } = await makeWorkspace();
  const { key, secret } = await makeKey(actor);
  const answers = await Promise.all(Array.from({ length: 10 }, () => report([secret])));
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202));
  await settled();
  expect(await db().auditEvent.count({ where: { targetId: key.id, action: "api_key.exposed" } })).toBe(1);
});

test.each([
  [{}, "credentials"],
  [{ credentials: [] }, "credentials"],
  [{ credentials: [5] }, "credentials.0"],
  [{ credentials: "x" }, "credentials"],
  [{ credentials: Array(1001).fill("x") }, "credentials"],
  [{ credentials: ["x"], more: 1 }, "more"],
])("a malformed report is 400, naming the field: %#", async (body, field) => {
  const answer = await call("/credentials/revoke", {
    method: "POST",
    headers: { "x-forwarded-for": "192.0.2.1" },
    body,
  });
  expect(answer.status).toBe(400);
  expect((answer.json as { error: { fields: object } }).error.fields).toHaveProperty([field]);
});

test("S52 S69 an address may report 60 times an hour, an IPv6 network of 64 bits counts as one", async () => {
  for (let count = 1; count <= 60; count += 1)
    expect((await report(["x"], `2001:db8:1:2::${count}`)).status).toBe(202);
  const answer = await report(["x"], "2001:db8:1:2:3::1");
  expect([answer.status, Number(answer.headers["retry-after"]) > 3000]).toEqual([429, true]);
  expect((await report(["x"], "2001:db8:1:3::1")).status).toBe(202);
});
