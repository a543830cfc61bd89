import { describe, expect, test } from "vitest";
import { db, runtime } from "@/lib/server/runtime";
import type { Person } from "@/lib/server/sessions/person";
import { useRuntime } from "@/tests/database/runtime";
import { makeAuthenticator, makeOwingCookie, newCookie } from "@/tests/factories/authenticator";
import { makeMember, makeSessionCookie, makeWorkspace, password } from "@/tests/factories/factories";
import { type Manner, PasskeyAuthenticator } from "@/tests/factories/passkey-authenticator";
import { linkIn } from "@/tests/peers/kept-mail";
import { keptMails } from "@/tests/peers/mailbox";
import { type Answer, callConsole } from "@/tests/processes/console-routes";

useRuntime();

async function makePerson(
  manner: Manner = {},
): Promise<{ user: Person; key: PasskeyAuthenticator; slug: string }> {
  const { owner: user, workspace } = await makeWorkspace();
  const key = await addPasskey(await makeSessionCookie(user), manner);
  return { user, key, slug: workspace.slug };
}

async function addPasskey(cookie: string, manner: Manner = {}): Promise<PasskeyAuthenticator> {
  const key = new PasskeyAuthenticator(manner);
  const { json } = await callConsole("POST", "/api/account/passkeys/options", { cookie });
  await callConsole("POST", "/api/account/passkeys", { cookie, body: key.create(json) });
  return key;
}

let addresses = 0;
const newAddress = () => ({ "x-keyward-client-ip": `198.51.100.${++addresses}` });

/** A browser that has asked, as its cookie, and what it was asked. */
async function ask(headers = newAddress()): Promise<{ browser: string; challenge: string }> {
  const answer = await callConsole("POST", "/api/sign-in/passkey/options", { headers });
  const browser = answer.headers.getSetCookie().find((one) => one.startsWith("keyward.passkey="));
  return { browser: browser?.split(";")[0] ?? "", ...(answer.json as { challenge: string }) };
}

const send = (browser: string | undefined, body: unknown, headers = newAddress()) =>
  callConsole("POST", "/api/sign-in/passkey", { cookie: browser, body, headers });

async function signIn(key: PasskeyAuthenticator, manner: Manner = {}): Promise<Answer> {
  const { browser, challenge } = await ask();
  return send(browser, key.get({ challenge }, manner));
}

const isSignedIn = async (cookie: string | undefined) =>
  (await callConsole("GET", "/api/account", { cookie })).status === 200;
const refused = { error: { code: "passkey_refused" } };

describe("signing in with a passkey", () => {
  test("needs no email, password, or second factor, and is logged, listed, and remembered", async () => {
    const { user, key } = await makePerson();
    await makeAuthenticator(user.id);
    const asked = await callConsole("POST", "/api/sign-in/passkey/options", { headers: newAddress() });
    expect(asked.json).toMatchObject({ rpId: "localhost", userVerification: "required" });
    expect(asked.json).toMatchObject({ allowCredentials: [] });
    expect(asked.headers.getSetCookie()[0]).toMatch(/^keyward\.passkey=.+HttpOnly; SameSite=strict/i);

    const answer = await signIn(key, { backedUp: true });
    expect(answer.status, answer.body).toBe(200);
    expect(await isSignedIn(newCookie(answer.headers))).toBe(true);
    expect(answer.headers.getSetCookie().join()).toContain("keyward.device=");
    expect(await db().passkey.findFirstOrThrow({ where: { userId: user.id } })).toMatchObject({
      backedUp: true,
      lastUsedAt: expect.any(Date),
    });
    await runtime().engine.accessLog.settled();
    const rows = await db().$queryRaw<
      { code: string; outcome: string }[]
    >`SELECT code, outcome FROM access_log.entries WHERE user_id = ${user.id}`;
    expect(rows).toEqual([{ code: "signed_in_with_passkey", outcome: "allowed" }]);
  });

  test("S19 ends the browser's previous session", async () => {
    const { user, key } = await makePerson();
    const before = await makeSessionCookie(user);
    const { browser, challenge } = await ask();
    const answer = await send(`${browser}; ${before}`, key.get({ challenge }));
    expect(await isSignedIn(newCookie(answer.headers))).toBe(true);
    expect(await isSignedIn(before)).toBe(false);
  });

  test("S08 works while password attempts for the account and address are throttled", async () => {
    const { user, key } = await makePerson();
    const headers = newAddress();
    const guess = (email: string) =>
      callConsole("POST", "/api/sign-in", { body: { email, password: "x".repeat(200) }, headers });
    for (let attempt = 0; attempt < 11; attempt += 1) await guess(user.email);
    for (let attempt = 0; attempt < 45; attempt += 1) await guess(`nobody-${attempt}@example.test`);
    const right = await callConsole("POST", "/api/sign-in", {
      body: { email: user.email, password },
      headers,
    });
    expect(right.status).toBe(429);
    const { browser, challenge } = await ask(headers);
    expect((await send(browser, key.get({ challenge }), headers)).status).toBe(200);
  });

  test("S08 throttles an address that requests challenges without answering", async () => {
    const { key } = await makePerson();
    const headers = newAddress();
    for (let attempt = 0; attempt < 99; attempt += 1) await ask(headers);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { browser, challenge } = await ask(headers);
      expect((await send(browser, key.get({ challenge }), headers)).status).toBe(200);
    }
    await ask(headers);
    const answer = await callConsole("POST", "/api/sign-in/passkey/options", { headers });
    expect(answer.json).toMatchObject({ error: { code: "too_many_attempts" } });
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

const lies: Record<string, Manner> = {
  "from another origin": { origin: "https://evil.example" },
  "from 127.0.0.1": { origin: "http://127.0.0.1:3000" },
  "from another port": { origin: "http://localhost:3001" },
  "for another relying party": { rpId: "evil.example" },
  "without user verification": { userVerified: false },
  "without user presence": { userPresent: false },
  "with a challenge that was not issued": { challenge: "x".repeat(43) },
  "of another ceremony": { type: "webauthn.create" },
  "for another person": { userHandle: Buffer.from("usr_other").toString("base64url") },
  "without a user handle": { userHandle: undefined },
};

describe("S17 a response is rejected and its challenge used up", () => {
  for (const [what, manner] of Object.entries(lies)) {
    test(what, async () => {
      const { user, key } = await makePerson();
      const { browser, challenge } = await ask();
      const answer = await send(browser, key.get({ challenge }, manner));
      expect(answer.json).toMatchObject(refused);
      expect(newCookie(answer.headers)).toBeUndefined();
      expect((await send(browser, key.get({ challenge }))).json, "the same, rightly").toMatchObject(refused);
      expect(await db().passkey.findFirst({ where: { userId: user.id } })).toMatchObject({
        lastUsedAt: null,
      });
      expect((await signIn(key)).status, "to a new challenge").toBe(200);
    });
  }

  test("if one bit of its signature, data, or flags changes", async () => {
    const { key } = await makePerson();
    for (const field of ["signature", "authenticatorData"] as const) {
      const { browser, challenge } = await ask();
      const body = key.get({ challenge });
      const bytes = Buffer.from(body[field], "base64url");
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      expect((await send(browser, { ...body, [field]: bytes.toString("base64url") })).json).toMatchObject(
        refused,
      );
    }
  });

  test("if the passkey is unknown or was removed", async () => {
    const { key, user } = await makePerson();
    await db().passkey.deleteMany({ where: { userId: user.id } });
    expect((await signIn(key)).json).toMatchObject(refused);
  });

  test("if it has another passkey's id", async () => {
    const [one, another] = [await makePerson(), await makePerson()];
    const { browser, challenge } = await ask();
    const body = { ...one.key.get({ challenge }), id: another.key.id };
    expect((await send(browser, body)).json).toMatchObject(refused);
    const { browser: second, challenge: next } = await ask();
    const handle = Buffer.from(another.user.id).toString("base64url");
    expect(
      (await send(second, { ...one.key.get({ challenge: next }), id: another.key.id, userHandle: handle }))
        .json,
    ).toMatchObject(refused);
  });
});

describe("S17 a challenge", () => {
  test("creates one session for concurrent responses, and none later", async () => {
    const { user, key } = await makePerson();
    const { browser, challenge } = await ask();
    const body = key.get({ challenge });
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(browser, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401]);
    expect((await send(browser, body)).json, "replayed").toMatchObject(refused);
    expect(await db().session.count({ where: { userId: user.id } })).toBe(2);
  });

  test("works only in the browser that requested it, for five minutes", async () => {
    const { key } = await makePerson();
    const { browser, challenge } = await ask();
    const body = key.get({ challenge });
    for (const other of [undefined, (await ask()).browser])
      expect((await send(other, body)).json).toMatchObject(refused);
    expect((await send(browser, body)).status, "other browsers did not use it up").toBe(200);
    const late = await ask();
    await db().$executeRaw`UPDATE passkey_challenges SET expires_at = now()`;
    expect((await send(late.browser, key.get(late))).json).toMatchObject(refused);
  });

  test("is stored hashed", async () => {
    const { challenge, browser } = await ask();
    const dump = JSON.stringify(
      await db().$queryRaw`SELECT encode(challenge_hash, 'escape') AS one,
      encode(challenge_hash, 'base64') AS two, encode(bound_to, 'escape') AS three FROM passkey_challenges`,
    );
    expect(dump).not.toContain(challenge.slice(0, 20));
    expect(dump).not.toContain(browser.split("=")[1]?.slice(0, 20));
  });
});

test("S17 a counter that doesn't increase is rejected as a copy; a passkey without a counter stays at 0", async () => {
  const { key, user } = await makePerson({ counter: 5 });
  expect((await signIn(key, { counter: 6 })).status).toBe(200);
  for (const counter of [6, 5, 0]) expect((await signIn(key, { counter })).json).toMatchObject(refused);
  expect((await signIn(key, { counter: 4_000_000_000 })).status).toBe(200);
  expect((await db().passkey.findFirstOrThrow({ where: { userId: user.id } })).counter).toBe(4_000_000_000n);
  const synced = await makePerson();
  for (let time = 0; time < 2; time += 1) expect((await signIn(synced.key)).status).toBe(200);
});

describe("a passkey as the second factor", () => {
  async function verify(cookie: string, key: PasskeyAuthenticator, manner: Manner = {}): Promise<Answer> {
    const asked = await callConsole("POST", "/api/sign-in/verify/passkey", { cookie });
    const passkey = key.get(
      (asked.json as { challenge?: string }).challenge ? asked.json : { challenge: "x" },
      manner,
    );
    return callConsole("POST", "/api/sign-in/verify", { cookie, body: { passkey } });
  }

  test("S14 is required after the password, and completes the sign-in", async () => {
    const { user, key } = await makePerson();
    const begun = await callConsole("POST", "/api/sign-in", { body: { email: user.email, password } });
    expect(begun.json).toEqual({ next: "/sign-in/verify" });
    const owing = newCookie(begun.headers) ?? "";
    expect(await isSignedIn(owing)).toBe(false);
    for (const path of ["/api/account/reauthenticate/passkey", "/api/account/passkeys/options"])
      expect((await callConsole("POST", path, { cookie: owing })).json).toMatchObject({
        error: { code: "second_step_required" },
      });
    const asked = await callConsole("POST", "/api/sign-in/verify/passkey", { cookie: owing });
    expect(asked.json).toMatchObject({ allowCredentials: [{ id: key.id }], userVerification: "required" });
    const passed = await verify(owing, key, { userHandle: undefined });
    expect(passed.status, passed.body).toBe(200);
    expect(await isSignedIn(newCookie(passed.headers))).toBe(true);
    expect(await isSignedIn(owing)).toBe(false);
  });

  test("S17 is rejected for another account's passkey and a used challenge; the fifth failure ends the sign-in", async () => {
    const { user, key } = await makePerson();
    const { key: foreign } = await makePerson();
    const cookie = await makeOwingCookie(user.id);
    expect((await verify(cookie, foreign)).json).toMatchObject(refused);
    expect((await verify(cookie, key, { userVerified: false })).json).toMatchObject(refused);
    const { json } = await callConsole("POST", "/api/sign-in/verify/passkey", { cookie });
    const answer = (manner: Manner) =>
      callConsole("POST", "/api/sign-in/verify", { cookie, body: { passkey: key.get(json, manner) } });
    expect((await answer({ origin: "https://evil.example" })).json).toMatchObject(refused);
    expect((await answer({})).json, "its challenge was consumed").toMatchObject(refused);
    expect((await answer({})).json).toMatchObject({ error: { code: "not_signed_in" } });
    expect(await db().session.count({ where: { userId: user.id, needsSecondFactor: true } })).toBe(0);
  });

  test("S08 works while code attempts are throttled", async () => {
    const { user, key } = await makePerson();
    const app = await makeAuthenticator(user.id);
    const headers = newAddress();
    for (let guess = 0; guess < 11; guess += 1) {
      const cookie = await makeOwingCookie(user.id);
      await callConsole("POST", "/api/sign-in/verify", {
        cookie,
        body: { code: app.code(9 + guess) },
        headers,
      });
    }
    const cookie = await makeOwingCookie(user.id);
    const code = await callConsole("POST", "/api/sign-in/verify", {
      cookie,
      body: { code: app.code() },
      headers,
    });
    expect(code.status).toBe(429);
    expect((await verify(cookie, key)).status).toBe(200);
  });

  test("can't be requested without a passkey or when no second factor is needed", async () => {
    const { owner } = await makeWorkspace();
    await makeAuthenticator(owner.id);
    const path = "/api/sign-in/verify/passkey";
    expect((await callConsole("POST", path, { cookie: await makeOwingCookie(owner.id) })).status).toBe(409);
    const { user } = await makePerson();
    expect((await callConsole("POST", path, { cookie: await makeSessionCookie(user) })).status).toBe(409);
  });

  test("satisfies a workspace that requires two-step verification", async () => {
    const { workspace } = await makeWorkspace();
    await db().workspace.update({ where: { id: workspace.id }, data: { requireTwoStep: true } });
    const { user } = await makeMember(workspace, "member");
    const cookie = await makeSessionCookie(user);
    const open = () => callConsole("GET", `/api/workspaces/${workspace.slug}`, { cookie });
    expect((await open()).json).toMatchObject({ error: { code: "two_step_setup_required" } });
    await addPasskey(cookie);
    expect((await open()).status).toBe(200);
  });
});

describe("S03 a reset by the owner of the mailbox", () => {
  async function reset(email: string): Promise<void> {
    await callConsole("POST", "/api/forgot-password", { body: { email }, headers: newAddress() });
    const mail = (await keptMails(email)).findLast((one) => one.includes("/reset-password?token="));
    const token = linkIn(mail, "reset-password").split("=")[1];
    const body = { token, password: "quite another long password" };
    expect((await callConsole("POST", "/api/reset-password", { body })).status).toBe(200);
  }

  test("removes the passkeys of an unverified address, and keeps those of a verified one", async () => {
    const { user, key } = await makePerson();
    await reset(user.email);
    expect((await signIn(key)).json).toMatchObject(refused);
    expect(await db().recoveryCode.count({ where: { userId: user.id } })).toBe(0);
    const mine = await addPasskey(await makeSessionCookie(user));
    await reset(user.email);
    expect((await signIn(mine)).status).toBe(200);
  });
});
