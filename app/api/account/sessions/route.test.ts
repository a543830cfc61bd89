import { describe, expect, test } from "vitest";
import type { SessionEnds, SessionView } from "@/lib/contracts/account";
import type { User } from "@/lib/server/generated/prisma/client";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeMember, makeSessionCookie, makeWorkspace } from "@/tests/factories/factories";
import { callConsole } from "@/tests/processes/console-routes";

useRuntime({ SESSION_IDLE_MINUTES: "10", SESSION_MAX_HOURS: "2" });

async function status(cookie: string, headers: Record<string, string> = {}): Promise<number> {
  return (await callConsole("GET", "/api/account", { cookie, headers })).status;
}

async function list(cookie: string): Promise<SessionView[]> {
  return ((await callConsole("GET", "/api/account/sessions", { cookie })).json as { sessions: SessionView[] })
    .sessions;
}

/** Puts a person's sessions so many seconds into the past, by the database's own clock. */
async function idleFor(user: User, seconds: number): Promise<void> {
  await db()
    .$executeRaw`UPDATE sessions SET last_active_at = now() - make_interval(secs => ${seconds}) WHERE user_id = ${user.id}`;
}

describe("S20 a session", () => {
  test("ends after its idle time, not before", async () => {
    const { owner } = await makeWorkspace();
    const cookie = await makeSessionCookie(owner);
    // Short of it by what a busy machine may need to ask.
    await idleFor(owner, 10 * 60 - 30);
    expect(await status(cookie)).toBe(200);
    await idleFor(owner, 10 * 60);
    expect(await status(cookie)).toBe(401);
  });

  test("is extended by the person's actions, not by background polling", async () => {
    const { owner } = await makeWorkspace();
    const cookie = await makeSessionCookie(owner);
    await idleFor(owner, 200);
    expect(await status(cookie, { "x-keyward-background": "1" })).toBe(200);
    expect(await idleSeconds(owner)).toBeGreaterThanOrEqual(200);
    expect(await status(cookie)).toBe(200);
    expect(await idleSeconds(owner)).toBeLessThan(100);
  });

  test("ends at its maximum age despite activity", async () => {
    const { owner } = await makeWorkspace();
    const cookie = await makeSessionCookie(owner);
    const [before] = await list(cookie);
    expect(Date.parse(before?.expiresAt ?? "") - Date.parse(before?.createdAt ?? "")).toBe(2 * 3600 * 1000);
    expect((await list(cookie))[0]?.expiresAt).toBe(before?.expiresAt);
    await db().$executeRaw`UPDATE sessions SET expires_at = now() WHERE user_id = ${owner.id}`;
    expect(await status(cookie)).toBe(401);
  });
});

describe("S20 the remaining time of a session", () => {
  const ask = async (method: string, cookie: string, headers: Record<string, string> = {}) =>
    (await callConsole(method, "/api/account/session", { cookie, headers })).json as SessionEnds;
  const background = { "x-keyward-background": "1" };

  test("follows the database's clock, and background requests don't extend it", async () => {
    const { owner } = await makeWorkspace();
    const cookie = await makeSessionCookie(owner);
    await idleFor(owner, 400);
    for (const _ of ["once", "again"]) {
      const { idleSeconds, absoluteSeconds, noticeSeconds } = await ask("GET", cookie, background);
      expect(idleSeconds).toBeGreaterThan(100);
      expect(idleSeconds).toBeLessThanOrEqual(200);
      expect(absoluteSeconds).toBeGreaterThan(7_100);
      expect(absoluteSeconds).toBeLessThanOrEqual(7_200);
      expect(noticeSeconds, "a tenth of ten minutes").toBe(60);
    }
    expect(await idleSeconds(owner)).toBeGreaterThanOrEqual(400);
  });

  test("is extended when the person confirms that they are there, in any tab", async () => {
    const { owner } = await makeWorkspace();
    const cookie = await makeSessionCookie(owner);
    await idleFor(owner, 400);
    expect((await ask("POST", cookie)).idleSeconds).toBeGreaterThan(560);
    expect((await ask("GET", cookie, background)).idleSeconds).toBeGreaterThan(500);
  });

  test("can't exceed the maximum age, and an ended session stays ended", async () => {
    const { owner } = await makeWorkspace();
    const cookie = await makeSessionCookie(owner);
    await db()
      .$executeRaw`UPDATE sessions SET expires_at = now() + interval '10 seconds' WHERE user_id = ${owner.id}`;
    expect((await ask("POST", cookie)).absoluteSeconds).toBeLessThanOrEqual(10);
    await idleFor(owner, 10 * 60);
    expect((await callConsole("POST", "/api/account/session", { cookie })).status).toBe(401);
  });
});

describe("a person's sessions", () => {
  test("are listed, the current one first, without ended ones and tokens", async () => {
    const { owner } = await makeWorkspace();
    await makeSessionCookie(owner);
    await idleFor(owner, 11 * 60);
    const [other, cookie] = [await makeSessionCookie(owner), await makeSessionCookie(owner)];
    const answer = await callConsole("GET", "/api/account/sessions", { cookie });
    expect(await list(cookie)).toMatchObject([
      { current: true, userAgent: "test", ip: "203.0.113.7" },
      { current: false },
    ]);
    for (const token of [other, cookie]) expect(answer.body).not.toContain(token.split("=")[1]);
  });

  test("S21 can be ended one by one, with immediate effect", async () => {
    const { owner } = await makeWorkspace();
    const [other, cookie] = [await makeSessionCookie(owner), await makeSessionCookie(owner)];
    const id = (await list(cookie)).find(({ current }) => !current)?.id;
    expect((await callConsole("DELETE", `/api/account/sessions/${id}`, { cookie })).json).toEqual({});
    expect([await status(other), await status(cookie)]).toEqual([401, 200]);
    expect((await callConsole("DELETE", `/api/account/sessions/${id}`, { cookie })).status, "again").toBe(
      404,
    );
  });

  test("S21 can all be ended except the current one", async () => {
    const { owner } = await makeWorkspace();
    const stranger = await makeSessionCookie((await makeWorkspace()).owner);
    const [first, second, cookie] = [
      await makeSessionCookie(owner),
      await makeSessionCookie(owner),
      await makeSessionCookie(owner),
    ];
    expect((await callConsole("POST", "/api/account/sessions/revoke-others", { cookie })).json).toEqual({
      revoked: 2,
    });
    expect([await status(first), await status(second), await status(cookie), await status(stranger)]).toEqual(
      [401, 401, 200, 200],
    );
  });

  test("S21 signing out ends the current one on the server, not only in the browser", async () => {
    const { owner } = await makeWorkspace();
    const cookie = await makeSessionCookie(owner);
    const answer = await callConsole("POST", "/api/sign-out", { cookie });
    expect(answer.headers.getSetCookie().join()).toMatch(/keyward\.session=;.*Max-Age=0/);
    expect(await status(cookie)).toBe(401);
    expect((await callConsole("POST", "/api/sign-out", { cookie })).status, "again").toBe(200);
  });
});

test("S44 a suspended member is immediately rejected everywhere in the workspace, in existing sessions too", async () => {
  const { workspace } = await makeWorkspace();
  const { user } = await makeMember(workspace, "admin");
  const cookie = await makeSessionCookie(user);
  const paths = ["", "/members", "/api-keys", "/access-logs", "/audit-events"].map(
    (path) => `/api/workspaces/${workspace.slug}${path}`,
  );
  for (const path of paths) expect((await callConsole("GET", path, { cookie })).status, path).toBe(200);
  await db().member.updateMany({ where: { userId: user.id }, data: { suspendedAt: new Date() } });
  for (const path of paths) expect((await callConsole("GET", path, { cookie })).status, path).toBe(404);
  expect((await callConsole("GET", "/api/account", { cookie })).json).toMatchObject({ workspaces: [] });
});

async function idleSeconds(user: User): Promise<number> {
  const [row] = await db().$queryRaw<
    { seconds: number }[]
  >`SELECT extract(epoch FROM now() - last_active_at)::float AS seconds FROM sessions WHERE user_id = ${user.id}`;
  return row?.seconds ?? -1;
}
