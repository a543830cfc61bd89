import { describe, expect, test } from "vitest";
import type { AddedPasskey, PasskeyView } from "@/lib/contracts/passkeys";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { codeOf, makeAuthenticator, makeOwingCookie, newCookie } from "@/tests/factories/authenticator";
import { makeSessionCookie, makeWorkspace } from "@/tests/factories/factories";
import { type Manner, PasskeyAuthenticator } from "@/tests/factories/passkey-authenticator";
import { refusedSignInsOf } from "@/tests/factories/refused-sign-ins";
import { keptMails } from "@/tests/peers/mailbox";
import { callConsole } from "@/tests/processes/console-routes";
import { waitUntil } from "@/tests/wait-until";

useRuntime({ PRODUCT_NAME: "Acme Cloud" });

const passkeys = "/api/account/passkeys";

async function makeSignedIn() {
  const { owner, workspace } = await makeWorkspace();
  return { owner, workspace, cookie: await makeSessionCookie(owner) };
}

async function ask(cookie: string) {
  return (await callConsole("POST", `${passkeys}/options`, { cookie })).json as {
    challenge: string;
    rp: { id: string; name: string };
    user: { id: string; name: string };
    excludeCredentials: { id: string }[];
    authenticatorSelection: unknown;
    attestation: string;
  };
}

async function add(cookie: string, manner: Manner = {}, aaguid?: Uint8Array) {
  const authenticator = new PasskeyAuthenticator();
  const body = authenticator.create(await ask(cookie), manner, aaguid);
  const answer = await callConsole("POST", passkeys, { cookie, body });
  return { authenticator, body, answer, added: answer.json as AddedPasskey };
}

const list = async (cookie: string) =>
  ((await callConsole("GET", passkeys, { cookie })).json as { passkeys: PasskeyView[] }).passkeys;

async function makeStale(userId: string): Promise<void> {
  await db()
    .$executeRaw`UPDATE sessions SET authenticated_at = now() - interval '1 hour' WHERE user_id = ${userId}`;
}

const confirmBy = async (authenticator: PasskeyAuthenticator, cookie: string, manner: Manner = {}) => {
  const asked = await callConsole("POST", "/api/account/reauthenticate/passkey", { cookie });
  const passkey = authenticator.get(asked.json as { challenge: string }, manner);
  return callConsole("POST", "/api/account/reauthenticate", { cookie, body: { passkey } });
};

describe("adding a passkey", () => {
  test("requests a discoverable passkey with user verification for APP_URL's domain, excluding existing ones", async () => {
    const { owner, cookie } = await makeSignedIn();
    const options = await ask(cookie);
    expect(options).toMatchObject({
      rp: { id: "localhost", name: "Acme Cloud" },
      user: { name: owner.email, id: Buffer.from(owner.id).toString("base64url") },
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      attestation: "none",
      excludeCredentials: [],
    });
    const { authenticator } = await add(cookie);
    expect((await ask(cookie)).excludeCredentials).toMatchObject([{ id: authenticator.id }]);
  });

  test("stores the public key, names it, returns recovery codes once, and mails the person", async () => {
    const { owner, cookie } = await makeSignedIn();
    const first = await add(cookie, { backedUp: true });
    expect(first.answer.status, first.answer.body).toBe(201);
    expect(first.added.passkey).toMatchObject({ name: "Chrome on Linux", backedUp: true, lastUsedAt: null });
    expect(first.added.recoveryCodes).toHaveLength(10);
    const keychain = Buffer.from("fbfc3007154e4ecc8c0b6e020557d7bd", "hex");
    const second = await add(cookie, {}, keychain);
    expect(second.added).toMatchObject({ passkey: { name: "iCloud Keychain" }, recoveryCodes: [] });
    expect((await add(cookie)).added.passkey.name).toBe("Chrome on Linux 2");
    expect((await list(cookie)).map(({ name }) => name)).toEqual([
      "Chrome on Linux",
      "iCloud Keychain",
      "Chrome on Linux 2",
    ]);
    expect((await callConsole("GET", "/api/account/two-step", { cookie })).json).toEqual({
      authenticator: false,
      passkeys: 3,
      emailCodes: false,
      recoveryCodesLeft: 10,
    });
    const mails = (await keptMails(owner.email)).filter((mail) => mail.includes("a passkey was added"));
    expect(mails).toHaveLength(3);
    expect(mails.join()).toContain("“iCloud Keychain”");
    const events = await db().auditEvent.count({
      where: { actorId: owner.id, action: "account.passkey_added" },
    });
    expect(events).toBe(3);
  });

  test("keeps the recovery codes if an authenticator app is set up, and the other way round", async () => {
    const { owner, cookie } = await makeSignedIn();
    await makeAuthenticator(owner.id);
    expect((await add(cookie)).added.recoveryCodes).toEqual([]);
    const other = await makeSignedIn();
    const { added } = await add(other.cookie);
    const begun = await callConsole("POST", "/api/account/two-step/authenticator", { cookie: other.cookie });
    const { secret } = begun.json as { secret: string };
    const confirmed = await callConsole("POST", "/api/account/two-step/authenticator/confirm", {
      cookie: other.cookie,
      body: { code: codeOf(secret) },
    });
    expect(confirmed.json).toEqual({ recoveryCodes: [] });
    const owing = await makeOwingCookie(other.owner.id);
    const opened = await callConsole("POST", "/api/sign-in/verify", {
      cookie: owing,
      body: { recoveryCode: added.recoveryCodes[0] },
    });
    expect(opened.status).toBe(200);
  });

  const lies: Record<string, Manner> = {
    "of another origin": { origin: "https://evil.example" },
    "of 127.0.0.1": { origin: "http://127.0.0.1:3000" },
    "of another relying party": { rpId: "evil.example" },
    "without user verification": { userVerified: false },
    "without user presence": { userPresent: false },
    "with another challenge": { challenge: "x".repeat(43) },
    "of another ceremony": { type: "webauthn.get" },
  };
  for (const [what, manner] of Object.entries(lies)) {
    test(`S17 one ${what} is rejected, and its challenge is used up`, async () => {
      const { cookie } = await makeSignedIn();
      const options = await ask(cookie);
      const authenticator = new PasskeyAuthenticator();
      const send = (body: unknown) => callConsole("POST", passkeys, { cookie, body });
      expect((await send(authenticator.create(options, manner))).json).toMatchObject({
        error: { code: "conflict" },
      });
      expect((await send(authenticator.create(options))).status, "a valid one with the same challenge").toBe(
        409,
      );
      expect(await list(cookie)).toEqual([]);
    });
  }

  test("S17 a challenge works once, in its session, for five minutes, until a newer one", async () => {
    const { owner, cookie } = await makeSignedIn();
    const send = (body: unknown, withCookie = cookie) =>
      callConsole("POST", passkeys, { cookie: withCookie, body });
    const options = await ask(cookie);
    const bodies = Array.from({ length: 5 }, () => new PasskeyAuthenticator().create(options));
    const statuses = (await Promise.all(bodies.map((body) => send(body)))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 409, 409, 409, 409]);

    const elsewhere = await makeSessionCookie(owner);
    const bound = new PasskeyAuthenticator().create(await ask(cookie));
    expect((await send(bound, elsewhere)).status, "another session").toBe(409);
    expect((await send(bound)).status, "which used nothing up").toBe(201);

    const [earlier, later] = [await ask(cookie), await ask(cookie)];
    expect((await send(new PasskeyAuthenticator().create(earlier))).status).toBe(409);
    await ask(cookie);
    await db().$executeRaw`UPDATE passkey_challenges SET expires_at = now()`;
    expect((await send(new PasskeyAuthenticator().create(later))).status).toBe(409);
  });

  test("a registered credential can't be added to another account", async () => {
    const { cookie } = await makeSignedIn();
    const { authenticator } = await add(cookie);
    const other = await makeSignedIn();
    const body = authenticator.create(await ask(other.cookie));
    const answer = await callConsole("POST", passkeys, { cookie: other.cookie, body });
    expect(answer.json).toMatchObject({ error: { code: "conflict" } });
    expect(await list(other.cookie)).toEqual([]);
  });

  test("an account can have at most twenty", async () => {
    const { owner, cookie } = await makeSignedIn();
    const data = Array.from({ length: 20 }, (_, index) => ({
      id: `pk_${owner.id}_${index}`,
      credentialId: `${owner.id}_${index}`,
      userId: owner.id,
      publicKey: new Uint8Array(1),
      counter: 0,
      transports: [],
      name: `${index}`,
      backedUp: false,
    }));
    await db().passkey.createMany({ data });
    expect((await callConsole("POST", `${passkeys}/options`, { cookie })).status).toBe(409);
  });
});

describe("a passkey in the list", () => {
  test("can be renamed and removed only by its owner, with an event and a mail each", async () => {
    const { owner, cookie } = await makeSignedIn();
    const { added } = await add(cookie);
    const path = `${passkeys}/${added.passkey.id}`;
    const stranger = (await makeSignedIn()).cookie;
    for (const [method, body] of [
      ["PATCH", { name: "Mine" }],
      ["DELETE", {}],
    ] as const)
      expect((await callConsole(method, path, { cookie: stranger, body })).status).toBe(404);
    expect(
      (await callConsole("PATCH", path, { cookie, body: { name: " Work laptop " } })).json,
    ).toMatchObject({
      name: "Work laptop",
    });
    expect((await callConsole("DELETE", path, { cookie })).status).toBe(200);
    expect((await callConsole("DELETE", path, { cookie })).status).toBe(404);
    expect(await list(cookie)).toEqual([]);
    const actions = await db().auditEvent.findMany({ where: { actorId: owner.id }, orderBy: { id: "asc" } });
    expect(actions.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["account.passkey_renamed", "account.passkey_removed"]),
    );
    const mails = (await keptMails(owner.email)).join();
    for (const what of ["renamed (“Work laptop”)", "removed (“Work laptop”)"]) expect(mails).toContain(what);
    expect((await callConsole("GET", "/api/account/two-step", { cookie })).json).toEqual({
      authenticator: false,
      passkeys: 0,
      emailCodes: false,
      recoveryCodesLeft: 0,
    });
  });

  test("leaves the recovery codes if an authenticator app stays", async () => {
    const { owner, cookie } = await makeSignedIn();
    await makeAuthenticator(owner.id);
    const { added } = await add(cookie);
    await callConsole("DELETE", `${passkeys}/${added.passkey.id}`, { cookie });
    expect((await callConsole("GET", "/api/account/two-step", { cookie })).json).toMatchObject({
      recoveryCodesLeft: 10,
    });
  });

  test("can't be removed if it is the last sign-in method, not even concurrently", async () => {
    const { owner, cookie } = await makeSignedIn();
    await db().user.update({ where: { id: owner.id }, data: { passwordHash: null } });
    const ids = [(await add(cookie)).added.passkey.id, (await add(cookie)).added.passkey.id];
    const remove = (id: string) => callConsole("DELETE", `${passkeys}/${id}`, { cookie });
    // Held back until both are on their way, so that neither is done before the other begins.
    const gate = await runtime().pool.connect();
    await gate.query("BEGIN");
    await gate.query("SELECT 1 FROM passkeys WHERE user_id = $1 FOR UPDATE", [owner.id]);
    const removals = ids.map(remove);
    await waitUntil("both removals wait", async () => {
      const { rows } = await runtime().pool.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      return rows.length === 2;
    });
    await gate.query("COMMIT");
    gate.release();
    const answers = await Promise.all(removals);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [left] = await list(cookie);
    expect((await remove(left?.id ?? "")).json).toMatchObject({
      error: { code: "conflict", message: expect.stringContaining("only sign-in method") },
    });
  });

  test("S18 is added and removed only with a recent confirmation of identity", async () => {
    const { owner, cookie } = await makeSignedIn();
    const { added, body } = await add(cookie);
    await makeStale(owner.id);
    for (const [method, path] of [
      ["POST", `${passkeys}/options`],
      ["POST", passkeys],
      ["DELETE", `${passkeys}/${added.passkey.id}`],
    ] as const)
      expect((await callConsole(method, path, { cookie, body })).json, path).toMatchObject({
        error: { code: "reauthentication_required" },
      });
    expect(await list(cookie)).toHaveLength(1);
  });
});

describe("confirming identity with a passkey", () => {
  test("S18 S19 allows sensitive actions and gives the session a new token", async () => {
    const { owner, cookie } = await makeSignedIn();
    const { authenticator } = await add(cookie);
    await makeStale(owner.id);
    const confirmed = await confirmBy(authenticator, cookie, { userHandle: undefined });
    expect(confirmed.status, confirmed.body).toBe(200);
    expect((await callConsole("GET", "/api/account", { cookie })).status, "the old id").toBe(401);
    const renewed = newCookie(confirmed.headers) ?? "";
    expect((await callConsole("POST", `${passkeys}/options`, { cookie: renewed })).status).toBe(200);
  });

  test("S17 is rejected for another account's passkey or without user verification, and is logged", async () => {
    const { owner, cookie } = await makeSignedIn();
    const { authenticator } = await add(cookie);
    const other = await makeSignedIn();
    const { authenticator: foreign } = await add(other.cookie);
    for (const answer of [
      await confirmBy(foreign, cookie),
      await confirmBy(authenticator, cookie, { userVerified: false }),
      await callConsole("POST", "/api/account/reauthenticate", {
        cookie,
        body: { passkey: authenticator.get({ challenge: "x".repeat(43) }) },
      }),
    ])
      expect(answer.json).toMatchObject({ error: { code: "passkey_refused" } });
    expect((await callConsole("GET", "/api/account", { cookie })).status).toBe(200);
    expect(await refusedSignInsOf(owner.id)).toEqual([{ codes: ["passkey_refused"], attempts: 3 }]);
  });

  test("S17 a challenge for one purpose doesn't work for another", async () => {
    const { owner, cookie } = await makeSignedIn();
    const { authenticator } = await add(cookie);
    const { challenge } = await ask(cookie);
    const passkey = authenticator.get({ challenge });
    const answer = await callConsole("POST", "/api/account/reauthenticate", { cookie, body: { passkey } });
    expect(answer.json).toMatchObject({ error: { code: "passkey_refused" } });
    expect(await db().passkey.findFirst({ where: { userId: owner.id } })).toMatchObject({ lastUsedAt: null });
  });
});
