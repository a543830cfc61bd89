import { describe, expect, test } from "vitest";
import type { AuthenticatorSetup } from "@/lib/contracts/account";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { codeOf, makeAuthenticator, makeOwingCookie, newCookie } from "@/tests/factories/authenticator";
import { makeMember, makeSessionCookie, makeWorkspace } from "@/tests/factories/factories";
import { keptMails } from "@/tests/peers/mailbox";
import { callConsole } from "@/tests/processes/console-routes";

useRuntime({ PRODUCT_NAME: "Acme Cloud" });

const authenticator = "/api/account/two-step/authenticator";
const recoveryCodes = "/api/account/two-step/recovery-codes";

async function makeSignedIn() {
  const { owner, workspace } = await makeWorkspace();
  return { owner, workspace, cookie: await makeSessionCookie(owner) };
}

/** The last proof was too long ago for a sensitive action. */
async function makeStale(userId: string): Promise<void> {
  await db()
    .$executeRaw`UPDATE sessions SET authenticated_at = now() - interval '1 hour' WHERE user_id = ${userId}`;
}

const actionsOf = async (actorId: string) =>
  (await db().auditEvent.findMany({ where: { actorId }, orderBy: { id: "asc" } })).map(
    ({ action }) => action,
  );

describe("an authenticator app", () => {
  test("takes effect only when confirmed with a code, and returns ten recovery codes", async () => {
    const { owner, cookie } = await makeSignedIn();
    const begun = await callConsole("POST", authenticator, { cookie });
    const { secret, qrCode } = begun.json as AuthenticatorSetup;
    expect(begun.status).toBe(201);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(Buffer.from(qrCode.replace("data:image/svg+xml;base64,", ""), "base64").toString()).toMatch(
      /^<svg /,
    );
    const row = await db().totpFactor.findUniqueOrThrow({ where: { userId: owner.id } });
    expect(Buffer.from(row.secret).includes(secret), "sealed").toBe(false);
    expect((await callConsole("GET", "/api/account/two-step", { cookie })).json).toEqual({
      authenticator: false,
      passkeys: 0,
      emailCodes: false,
      recoveryCodesLeft: 0,
    });

    const wrong = await callConsole("POST", `${authenticator}/confirm`, {
      cookie,
      body: { code: codeOf(secret, 9) },
    });
    expect(wrong.json).toMatchObject({
      error: { code: "invalid_request", fields: { code: expect.any(String) } },
    });
    const confirmed = await callConsole("POST", `${authenticator}/confirm`, {
      cookie,
      body: { code: codeOf(secret) },
    });
    expect(confirmed.status, confirmed.body).toBe(200);
    expect(new Set((confirmed.json as { recoveryCodes: string[] }).recoveryCodes).size).toBe(10);
    expect((await callConsole("GET", "/api/account/two-step", { cookie })).json).toEqual({
      authenticator: true,
      passkeys: 0,
      emailCodes: false,
      recoveryCodesLeft: 10,
    });
    expect((await callConsole("GET", "/api/account", { cookie })).json).toMatchObject({
      hasAuthenticator: true,
    });
    expect(await actionsOf(owner.id)).toContain("account.authenticator_set_up");
  });

  test("S03 when turned on, ends all sessions except the current one", async () => {
    const { owner, cookie } = await makeSignedIn();
    const elsewhere = await makeSessionCookie(owner);
    const begun = await callConsole("POST", authenticator, { cookie });
    const { secret } = begun.json as AuthenticatorSetup;
    const status = async (of: string) => (await callConsole("GET", "/api/account", { cookie: of })).status;
    await callConsole("POST", `${authenticator}/confirm`, { cookie, body: { code: codeOf(secret, 9) } });
    expect([await status(elsewhere), await status(cookie)], "a wrong code").toEqual([200, 200]);
    await callConsole("POST", `${authenticator}/confirm`, { cookie, body: { code: codeOf(secret) } });
    expect([await status(elsewhere), await status(cookie)]).toEqual([401, 200]);
  });

  test("S12 the code that turned it on can't be used to sign in", async () => {
    const { owner, cookie } = await makeSignedIn();
    const { secret } = (await callConsole("POST", authenticator, { cookie })).json as AuthenticatorSetup;
    const code = codeOf(secret);
    await callConsole("POST", `${authenticator}/confirm`, { cookie, body: { code } });
    const owing = await makeOwingCookie(owner.id);
    expect((await callConsole("POST", "/api/sign-in/verify", { cookie: owing, body: { code } })).status).toBe(
      401,
    );
  });

  test("restarted setup has a new secret, and the old one stops working", async () => {
    const { cookie } = await makeSignedIn();
    const [first, second] = [
      (await callConsole("POST", authenticator, { cookie })).json as AuthenticatorSetup,
      (await callConsole("POST", authenticator, { cookie })).json as AuthenticatorSetup,
    ];
    const confirm = (secret: string) =>
      callConsole("POST", `${authenticator}/confirm`, { cookie, body: { code: codeOf(secret) } });
    expect((await confirm(first.secret)).status).toBe(400);
    expect((await confirm(second.secret)).status).toBe(200);
  });

  test("can't be replaced or confirmed again while it is on", async () => {
    const { owner, cookie } = await makeSignedIn();
    const app = await makeAuthenticator(owner.id);
    const before = await db().totpFactor.findUnique({ where: { userId: owner.id } });
    expect((await callConsole("POST", authenticator, { cookie })).status).toBe(409);
    const confirm = await callConsole("POST", `${authenticator}/confirm`, {
      cookie,
      body: { code: app.code() },
    });
    expect(confirm.status).toBe(409);
    expect(await db().totpFactor.findUnique({ where: { userId: owner.id } })).toEqual(before);
  });

  test("turned off, is no longer required, and its recovery codes are deleted", async () => {
    const { owner, cookie } = await makeSignedIn();
    await makeAuthenticator(owner.id);
    expect((await callConsole("DELETE", authenticator, { cookie })).status).toBe(200);
    expect((await callConsole("GET", "/api/account/two-step", { cookie })).json).toEqual({
      authenticator: false,
      passkeys: 0,
      emailCodes: false,
      recoveryCodesLeft: 0,
    });
    expect(await actionsOf(owner.id)).toContain("account.authenticator_turned_off");
    expect((await callConsole("DELETE", authenticator, { cookie })).status).toBe(409);
  });

  test("S16 new recovery codes replace the old ones", async () => {
    const { owner, cookie } = await makeSignedIn();
    const app = await makeAuthenticator(owner.id);
    const made = await callConsole("POST", recoveryCodes, { cookie });
    const codes = (made.json as { recoveryCodes: string[] }).recoveryCodes;
    const owing = await makeOwingCookie(owner.id);
    const verify = (recoveryCode: string | undefined) =>
      callConsole("POST", "/api/sign-in/verify", { cookie: owing, body: { recoveryCode } });
    expect((await verify(app.recoveryCodes[0])).status).toBe(401);
    expect((await verify(codes[0])).status).toBe(200);
    expect(await actionsOf(owner.id)).toContain("account.recovery_codes_made");
  });

  test("recovery codes require a second factor", async () => {
    const { cookie } = await makeSignedIn();
    expect((await callConsole("POST", recoveryCodes, { cookie })).status).toBe(409);
  });

  test("S18 each change is mailed to the person, but not a rejected one", async () => {
    const { owner, cookie } = await makeSignedIn();
    const { secret } = (await callConsole("POST", authenticator, { cookie })).json as AuthenticatorSetup;
    for (const code of [codeOf(secret, 9), codeOf(secret)])
      await callConsole("POST", `${authenticator}/confirm`, { cookie, body: { code } });
    await callConsole("POST", recoveryCodes, { cookie });
    await callConsole("DELETE", authenticator, { cookie });
    await callConsole("DELETE", authenticator, { cookie });
    const mails = (await keptMails(owner.email)).filter((mail) => mail.includes("two-step verification"));
    expect(mails).toHaveLength(3);
    expect(mails.join()).not.toContain(secret);
    expect(await actionsOf(owner.id)).toEqual(
      expect.arrayContaining(["account.authenticator_set_up", "account.authenticator_turned_off"]),
    );
  });

  test("S18 every change requires a recent confirmation of identity", async () => {
    const { owner, cookie } = await makeSignedIn();
    await makeStale(owner.id);
    for (const [method, path, body] of [
      ["POST", authenticator, {}],
      ["POST", `${authenticator}/confirm`, { code: "123456" }],
      ["DELETE", authenticator, {}],
      ["POST", recoveryCodes, {}],
    ] as const)
      expect((await callConsole(method, path, { cookie, body })).json, path).toMatchObject({
        error: { code: "reauthentication_required" },
      });
    expect(await db().totpFactor.count({ where: { userId: owner.id } })).toBe(0);
  });
});

describe("confirming identity with the authenticator app", () => {
  test("S18 S19 allows sensitive actions, gives the session a new token, and accepts each code once", async () => {
    const { owner, cookie } = await makeSignedIn();
    const app = await makeAuthenticator(owner.id);
    await makeStale(owner.id);
    const code = app.code();
    const confirm = (withCookie: string) =>
      callConsole("POST", "/api/account/reauthenticate", { cookie: withCookie, body: { code } });
    const renewed = newCookie((await confirm(cookie)).headers) ?? "";
    expect((await callConsole("GET", "/api/account", { cookie })).status, "the old id").toBe(401);
    expect((await callConsole("POST", recoveryCodes, { cookie: renewed })).status).toBe(201);
    await makeStale(owner.id);
    expect((await confirm(renewed)).json).toMatchObject({ error: { code: "incorrect_code" } });
    expect((await callConsole("POST", recoveryCodes, { cookie: renewed })).status).toBe(403);
  });

  test("needs an authenticator app, and takes one method at a time", async () => {
    const { cookie } = await makeSignedIn();
    const ask = (body: unknown) => callConsole("POST", "/api/account/reauthenticate", { cookie, body });
    expect((await ask({ code: "123456" })).json).toMatchObject({ error: { code: "incorrect_code" } });
    for (const body of [{}, { code: "123456", password: "x" }]) expect((await ask(body)).status).toBe(400);
  });
});

describe("a workspace that requires two-step verification", () => {
  const requirement = (slug: string) => `/api/workspaces/${slug}/two-step`;

  test("can be set only by an admin who uses it, and then every member must set it up first", async () => {
    const { owner, workspace, cookie } = await makeSignedIn();
    const { user: member } = await makeMember(workspace, "member");
    const memberCookie = await makeSessionCookie(member);
    const put = (required: boolean) =>
      callConsole("PUT", requirement(workspace.slug), { cookie, body: { required } });
    expect((await put(true)).json, "an admin without it").toMatchObject({ error: { code: "conflict" } });
    await makeAuthenticator(owner.id);
    expect((await put(true)).json).toMatchObject({ requireTwoStep: true });
    await put(true);

    const open = () => callConsole("GET", `/api/workspaces/${workspace.slug}`, { cookie: memberCookie });
    expect((await open()).json).toMatchObject({ error: { code: "two_step_setup_required" } });
    expect((await open()).status).toBe(403);
    expect((await callConsole("GET", "/api/account/two-step", { cookie: memberCookie })).status).toBe(200);
    await makeAuthenticator(member.id);
    expect((await open()).status).toBe(200);

    expect((await put(false)).json).toMatchObject({ requireTwoStep: false });
    const events = await db().auditEvent.findMany({
      where: { workspaceId: workspace.id, action: { startsWith: "workspace.two_step" } },
      orderBy: { id: "asc" },
    });
    expect(events.map(({ action }) => action)).toEqual([
      "workspace.two_step_required",
      "workspace.two_step_optional",
    ]);
  });

  test("S14 an unconfirmed app doesn't count", async () => {
    const { workspace, cookie } = await makeSignedIn();
    await callConsole("POST", authenticator, { cookie });
    await db().workspace.update({ where: { id: workspace.id }, data: { requireTwoStep: true } });
    expect((await callConsole("GET", `/api/workspaces/${workspace.slug}`, { cookie })).status).toBe(403);
    expect(
      (await callConsole("GET", `/api/workspaces/${(await makeWorkspace()).workspace.slug}`, { cookie }))
        .status,
    ).toBe(404);
  });

  test("S14 isn't satisfied by a session that never completed the second factor", async () => {
    const { owner, workspace, cookie } = await makeSignedIn();
    const thief = await makeSessionCookie(owner);
    const { secret } = (await callConsole("POST", authenticator, { cookie })).json as AuthenticatorSetup;
    const body = { code: codeOf(secret) };
    expect((await callConsole("POST", `${authenticator}/confirm`, { cookie, body })).status).toBe(200);
    await db().workspace.update({ where: { id: workspace.id }, data: { requireTwoStep: true } });
    for (const path of [`/api/workspaces/${workspace.slug}`, "/api/account"])
      expect((await callConsole("GET", path, { cookie: thief })).json).toMatchObject({
        error: { code: "not_signed_in" },
      });
    expect((await callConsole("GET", `/api/workspaces/${workspace.slug}`, { cookie })).status).toBe(200);
    const stranger = await makeSessionCookie((await makeWorkspace()).owner);
    expect((await callConsole("GET", "/api/account", { cookie: stranger })).status).toBe(200);
  });

  test("S18 requires a recent confirmation of identity", async () => {
    const { owner, workspace, cookie } = await makeSignedIn();
    await makeStale(owner.id);
    const answer = await callConsole("PUT", requirement(workspace.slug), {
      cookie,
      body: { required: true },
    });
    expect(answer.json).toMatchObject({ error: { code: "reauthentication_required" } });
  });
});
