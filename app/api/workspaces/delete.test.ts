import { beforeEach, describe, expect, test } from "vitest";
import { db, runtime } from "@/lib/server/runtime";
import { invite } from "@/lib/server/workspaces/invitations/send-invitation";
import { useRuntime } from "@/tests/database/runtime";
import { cookieOf, makeStage, type Stage, type Visitor } from "@/tests/factories/console-people";
import { makeKey, makeSessionCookie } from "@/tests/factories/factories";
import { keptMails } from "@/tests/peers/mailbox";
import { callConsole } from "@/tests/processes/console-routes";
import { useKeyApi } from "@/tests/processes/key-api-server";

useRuntime();
const callKeyApi = useKeyApi();

let stage: Stage;
beforeEach(async () => {
  stage = await makeStage();
});

async function remove(visitor: Visitor, slug = stage.workspace.slug) {
  const cookie = await cookieOf(stage, visitor);
  return callConsole("POST", `/api/workspaces/${stage.workspace.slug}/delete`, { cookie, body: { slug } });
}

async function useKey(secret: string) {
  const answer = await callKeyApi("/api/public/v1/me", { headers: { "x-api-key": secret } });
  return (answer.json as { error?: { code: string } } | null)?.error?.code ?? answer.status;
}

describe("deleting a workspace", () => {
  test("S35 rejects all of its keys from the response on, and closes it to its members", async () => {
    const keys = [
      await makeKey(stage.actors.owner),
      await makeKey(stage.actors.viewer, { permissionLevel: "read_only" }),
    ];
    const cookies = await Promise.all(
      (["owner", "admin", "viewer"] as const).map((who) => cookieOf(stage, who)),
    );
    for (const { secret } of keys) expect(await useKey(secret)).toBe(200);
    expect((await remove("owner")).json).toEqual({});
    for (const { secret } of keys) expect(await useKey(secret)).toBe("invalid_key");
    for (const cookie of cookies) {
      for (const path of ["", "/members", "/api-keys", "/access-logs", "/audit-events"]) {
        const answer = await callConsole("GET", `/api/workspaces/${stage.workspace.slug}${path}`, { cookie });
        expect(answer.status, path).toBe(404);
      }
      expect((await callConsole("GET", "/api/account", { cookie })).json).toMatchObject({ workspaces: [] });
    }
  });

  test("ends its invitations, and frees its slug for a new, empty workspace", async () => {
    const email = `new-${stage.workspace.slug}@example.test`;
    const { link } = await invite(stage.actors.owner, { email, role: "admin" });
    await makeKey(stage.actors.owner);
    await remove("owner");
    const token = link?.split("/").at(-1);
    const join = await callConsole("POST", "/api/invitations/new-account", {
      body: { token, name: "New", password: "correct horse battery staple" },
    });
    expect(join.status).toBe(404);
    const cookie = await makeSessionCookie(stage.users.stranger);
    const made = await callConsole("POST", "/api/workspaces", {
      cookie,
      body: { name: stage.workspace.slug },
    });
    expect(made.json).toEqual({ workspaceSlug: stage.workspace.slug });
    const base = `/api/workspaces/${stage.workspace.slug}`;
    expect((await callConsole("GET", `${base}/audit-events`, { cookie })).json).toMatchObject({
      events: [{ action: "workspace.created" }],
    });
    const after = await db().workspace.findUniqueOrThrow({ where: { slug: stage.workspace.slug } });
    expect(after.id).not.toBe(stage.workspace.id);
  });

  test("keeps the access log and the audit log for the operator, with who deleted it", async () => {
    const { secret, key } = await makeKey(stage.actors.owner);
    await useKey(secret);
    await remove("owner");
    const [event] = await db().auditEvent.findMany({
      where: { workspaceId: stage.workspace.id },
      orderBy: { id: "desc" },
    });
    expect(event).toMatchObject({
      action: "workspace.deleted",
      actorName: stage.users.owner.name,
      targetName: stage.workspace.name,
      details: { slug: stage.workspace.slug, members: 4, activeKeys: 1 },
    });
    await runtime().engine.accessLog.settled();
    const { rows } = await runtime().pool.query("SELECT code FROM access_log.entries WHERE key_id = $1", [
      key.id,
    ]);
    expect(rows).toEqual([{ code: "valid" }]);
    const uses = await runtime().pool.query("SELECT 1 FROM access_log.last_uses WHERE key_id = $1", [key.id]);
    expect(uses.rows).toEqual([]);
  });

  test("needs an owner who types the slug and recently confirmed their identity; each owner gets mail", async () => {
    expect((await remove("admin")).status).toBe(403);
    expect((await remove("owner", "another")).json).toMatchObject({
      error: { fields: { slug: expect.stringContaining(stage.workspace.slug) } },
    });
    const cookie = await cookieOf(stage, "owner");
    await db().session.updateMany({ data: { authenticatedAt: new Date(Date.now() - 3_600_000) } });
    const stale = await callConsole("POST", `/api/workspaces/${stage.workspace.slug}/delete`, {
      cookie,
      body: { slug: stage.workspace.slug },
    });
    expect(stale.json).toMatchObject({ error: { code: "reauthentication_required" } });
    expect(await db().workspace.count({ where: { id: stage.workspace.id } })).toBe(1);
    await remove("owner");
    expect((await keptMails(stage.users.owner.email)).at(-1)).toContain(stage.workspace.name);
  });

  test("happens once, and leaves no concurrently created key behind", async () => {
    const made = Array.from({ length: 6 }, () => makeKey(stage.actors.admin).catch(() => null));
    const [answers, keys] = await Promise.all([
      Promise.all([remove("owner"), remove("owner"), remove("owner")]),
      Promise.all(made),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    for (const key of keys) if (key) expect(await useKey(key.secret)).toBe("invalid_key");
    const events = await db().auditEvent.count({
      where: { workspaceId: stage.workspace.id, action: "workspace.deleted" },
    });
    expect(events).toBe(1);
  });
});
