import { describe, expect, test } from "vitest";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { newCookie } from "@/tests/factories/authenticator";
import { makeSessionCookie, makeWorkspace, password } from "@/tests/factories/factories";
import { callConsole } from "@/tests/processes/console-routes";

useRuntime();

const another = "quite another long password";

async function signedIn() {
  const { workspace, owner } = await makeWorkspace();
  return { workspace, owner, cookie: await makeSessionCookie(owner) };
}

test("an account includes the person and their workspaces, and isn't cached", async () => {
  const { workspace, owner, cookie } = await signedIn();
  const answer = await callConsole("GET", "/api/account", { cookie });
  const { id, slug, name } = workspace;
  expect(answer.json).toEqual({
    userId: owner.id,
    name: "Ada",
    email: owner.email,
    emailVerified: false,
    hasPassword: true,
    hasAuthenticator: false,
    picture: null,
    timeZone: null,
    hasPasskey: false,
    confirmingProviders: [],
    workspaces: [{ id, slug, name, role: "owner", closedBy: null }],
  });
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.headers.get("x-request-id")).toMatch(/^req_/);
});

test("a person can change their name, and the change is recorded", async () => {
  const { owner, cookie } = await signedIn();
  expect(
    (await callConsole("PATCH", "/api/account", { cookie, body: { name: "  Ada Lovelace " } })).json,
  ).toMatchObject({ name: "Ada Lovelace" });
  expect(await db().auditEvent.count({ where: { actorId: owner.id, action: "account.renamed" } })).toBe(1);
});

test("a person can choose a time zone, or the browser's", async () => {
  const { owner, cookie } = await signedIn();
  const choose = async (timeZone: string) =>
    (await callConsole("PATCH", "/api/account", { cookie, body: { timeZone } })).json;
  expect(await choose(" Europe/Berlin ")).toMatchObject({ timeZone: "Europe/Berlin", name: "Ada" });
  for (const wrong of ["Europe/Atlantis", "+01:00", "Berlin, probably", "../etc/passwd", "x".repeat(500)])
    expect(await choose(wrong), wrong).toMatchObject({
      error: { code: "invalid_request", fields: { timeZone: expect.any(String) } },
    });
  expect(await choose("Europe/Berlin")).toMatchObject({ timeZone: "Europe/Berlin" });
  expect(await choose("")).toMatchObject({ timeZone: null });
  const events = { actorId: owner.id, action: "account.preferences_changed" };
  expect(await db().auditEvent.count({ where: events }), "once a change").toBe(2);
});

test("a chosen theme is restored in the next browser at sign-in", async () => {
  const { owner, cookie } = await signedIn();
  const signIn = async () => {
    const body = { email: owner.email, password };
    const { headers } = await callConsole("POST", "/api/sign-in", { body });
    return headers.getSetCookie().find((header) => header.startsWith("theme="));
  };
  const choose = (theme: string) => callConsole("PATCH", "/api/account", { cookie, body: { theme } });
  expect(await signIn()).toBeUndefined();
  await choose("dark");
  expect(await signIn()).toMatch(/^theme=dark; Path=\/; .*Max-Age=31536000/);
  await choose("system");
  expect(await signIn()).toMatch(/^theme=; .*1970/);
  expect((await choose("blue")).status).toBe(400);
});

describe("a new password", () => {
  test("requires the current one, and ends all other sessions", async () => {
    const { owner, cookie } = await signedIn();
    const other = await makeSessionCookie(owner);
    const changed = await callConsole("POST", "/api/account/password", {
      cookie,
      body: { currentPassword: password, newPassword: another },
    });
    expect(changed.status).toBe(200);
    expect((await callConsole("GET", "/api/account", { cookie: other })).status).toBe(401);
    const renewed = newCookie(changed.headers);
    expect((await callConsole("GET", "/api/account", { cookie: renewed })).status).toBe(200);
    expect(
      (await callConsole("POST", "/api/sign-in", { body: { email: owner.email, password } })).status,
    ).toBe(401);
    expect(
      (await callConsole("POST", "/api/sign-in", { body: { email: owner.email, password: another } })).status,
    ).toBe(200);
  });

  test("is rejected if the current one is wrong or the new one is too short, with the field", async () => {
    const { cookie } = await signedIn();
    const wrong = await callConsole("POST", "/api/account/password", {
      cookie,
      body: { currentPassword: "wrong", newPassword: another },
    });
    expect(wrong.json).toMatchObject({
      error: { code: "invalid_request", fields: { currentPassword: expect.any(String) } },
    });
    const short = await callConsole("POST", "/api/account/password", {
      cookie,
      body: { currentPassword: password, newPassword: "short" },
    });
    expect(short.json).toMatchObject({
      error: { code: "invalid_request", fields: { newPassword: "Use at least 12 characters." } },
    });
  });
});

describe("confirming identity", () => {
  test("S19 gives the session a new token, and the old one is 401", async () => {
    const { cookie } = await signedIn();
    const answer = await callConsole("POST", "/api/account/reauthenticate", { cookie, body: { password } });
    const renewed = answer.headers.getSetCookie()[0]?.split(";")[0];
    expect(renewed).toMatch(/^keyward\.session=/);
    expect((await callConsole("GET", "/api/account", { cookie })).status).toBe(401);
    expect((await callConsole("GET", "/api/account", { cookie: renewed })).status).toBe(200);
  });

  test("S18 is required for sensitive actions after some time, but never for a revocation", async () => {
    const { workspace, owner, cookie } = await signedIn();
    const base = `/api/workspaces/${workspace.slug}`;
    const body = { name: "key", permissionLevel: "read_only" };
    const made = await callConsole("POST", `${base}/api-keys`, { cookie, body });
    await db()
      .$executeRaw`UPDATE sessions SET authenticated_at = now() - interval '15 minutes' WHERE user_id = ${owner.id}`;
    for (const [method, path, sent] of [
      ["POST", "/api-keys", body],
      ["PUT", "/api-access", { enabled: false }],
    ] as const) {
      expect((await callConsole(method, base + path, { cookie, body: sent })).json).toMatchObject({
        error: { code: "reauthentication_required" },
      });
    }
    expect(await db().apiKey.count({ where: { workspaceId: workspace.id } })).toBe(1);
    const { key } = made.json as { key: { id: string } };
    expect((await callConsole("POST", `${base}/api-keys/${key.id}/revoke`, { cookie })).status).toBe(200);

    const answer = await callConsole("POST", "/api/account/reauthenticate", { cookie, body: { password } });
    const renewed = answer.headers.getSetCookie()[0]?.split(";")[0];
    expect((await callConsole("POST", `${base}/api-keys`, { cookie: renewed, body })).status).toBe(201);
  });

  test("fails with a wrong password", async () => {
    const { owner, cookie } = await signedIn();
    await db()
      .$executeRaw`UPDATE sessions SET authenticated_at = now() - interval '1 hour' WHERE user_id = ${owner.id}`;
    const answer = await callConsole("POST", "/api/account/reauthenticate", {
      cookie,
      body: { password: "wrong" },
    });
    expect(answer.json).toMatchObject({ error: { code: "incorrect_credentials" } });
    expect(answer.headers.getSetCookie()).toEqual([]);
    const [row] = await db().$queryRaw<
      { stale: boolean }[]
    >`SELECT authenticated_at < now() - interval '30 minutes' AS stale FROM sessions WHERE user_id = ${owner.id}`;
    expect(row?.stale).toBe(true);
  });
});
