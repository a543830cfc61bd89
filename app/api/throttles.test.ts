import { describe, expect, test } from "vitest";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeAuthenticator, makeOwingCookie } from "@/tests/factories/authenticator";
import { cookieOf, makeStage } from "@/tests/factories/console-people";
import { makeSessionCookie, makeWorkspace, password } from "@/tests/factories/factories";
import { keptMails } from "@/tests/peers/mailbox";
import { callConsole } from "@/tests/processes/console-routes";

useRuntime();

let clients = 0;
/** Each request comes from a new address, so that no test uses up another test's limit. */
const post = (path: string, body: unknown, cookie?: string) =>
  callConsole("POST", path, {
    body,
    cookie,
    headers: { "x-keyward-client-ip": `198.51.100.${++clients % 250}` },
  });
/** Too long for a password: nothing is hashed for it, and it counts like any other. */
const wrong = "x".repeat(200);

test("S08 failed sign-ins don't keep a signed-in person from confirming their identity", async () => {
  const { owner } = await makeWorkspace();
  const cookie = await makeSessionCookie(owner);
  for (let guess = 1; guess <= 11; guess += 1)
    await post("/api/sign-in", { email: owner.email, password: wrong });
  expect((await post("/api/sign-in", { email: owner.email, password })).status).toBe(429);
  expect((await post("/api/account/reauthenticate", { password }, cookie)).status).toBe(200);
  expect(
    (await post("/api/sign-in", { email: owner.email, password })).status,
    "nor is the guessing forgotten for it",
  ).toBe(429);
});

test("S08 an attacker who guesses codes can't block recovery codes or confirmation", async () => {
  const { owner } = await makeWorkspace();
  const app = await makeAuthenticator(owner.id);
  const cookie = await makeSessionCookie(owner);
  const guess = async () =>
    (await post("/api/sign-in/verify", { code: "000000" }, await makeOwingCookie(owner.id))).status;
  const statuses = [];
  for (let count = 0; count < 12; count += 1) statuses.push(await guess());
  expect(statuses.at(-1)).toBe(429);
  expect((await post("/api/account/reauthenticate", { code: app.code() }, cookie)).status).toBe(200);
  for (let count = 0; count < 12; count += 1)
    await post("/api/sign-in/verify", { recoveryCode: "wrong" }, await makeOwingCookie(owner.id));
  const recovered = await post(
    "/api/sign-in/verify",
    { recoveryCode: app.recoveryCodes[0] },
    await makeOwingCookie(owner.id),
  );
  expect(recovered.status).toBe(200);
});

test("S08 a password reset resets the second factor's count", async () => {
  const { owner } = await makeWorkspace();
  await db().user.update({ where: { id: owner.id }, data: { emailVerifiedAt: new Date() } });
  const app = await makeAuthenticator(owner.id);
  for (let count = 0; count < 12; count += 1)
    await post("/api/sign-in/verify", { code: "000000" }, await makeOwingCookie(owner.id));
  await post("/api/forgot-password", { email: owner.email });
  const token = /reset-password\?token=([\w-]+)/.exec((await keptMails(owner.email)).join())?.[1];
  expect((await post("/api/reset-password", { token, password: `${password} again` })).status).toBe(200);
  const answer = await post("/api/sign-in/verify", { code: app.code() }, await makeOwingCookie(owner.id));
  expect(answer.status).toBe(200);
});

describe("S08 confirming identity", () => {
  const proofs = {
    password: {
      path: "/api/account/reauthenticate",
      right: () => ({ password }),
      wrong: { password: wrong },
      refusal: "incorrect_credentials",
    },
    code: {
      path: "/api/account/reauthenticate",
      right: (code: string) => ({ code }),
      wrong: { code: "000000" },
      refusal: "incorrect_code",
    },
    "password, for a new one": {
      path: "/api/account/password",
      right: () => ({ currentPassword: password, newPassword: `${password} again` }),
      wrong: { currentPassword: wrong, newPassword: `${password} again` },
      refusal: "invalid_request",
    },
  };
  const codeOf = ({ json, status }: { json: unknown; status: number }) =>
    (json as { error?: { code: string } }).error?.code ?? status;
  const last = "not_signed_in";

  for (const [kind, { path, right, wrong: wrongBody, refusal }] of Object.entries(proofs))
    describe(`with a ${kind}`, () => {
      async function makePerson() {
        const { owner } = await makeWorkspace();
        const app = await makeAuthenticator(owner.id);
        const fail = async (cookie: string) => codeOf(await post(path, wrongBody, cookie));
        const succeed = async (cookie: string, headers?: Record<string, string>) =>
          codeOf(
            headers
              ? await callConsole("POST", path, { body: right(app.code()), cookie, headers })
              : await post(path, right(app.code()), cookie),
          );
        return { owner, fail, succeed };
      }

      test("ends the session at the tenth wrong answer, and blocks no other session", async () => {
        const { owner, fail, succeed } = await makePerson();
        const [stolen, own] = [await makeSessionCookie(owner), await makeSessionCookie(owner)];
        const codes = [];
        for (let attempt = 0; attempt < 11; attempt += 1) codes.push(await fail(stolen));
        expect(codes).toEqual([...Array.from({ length: 9 }, () => refusal), last, last]);
        expect(await succeed(own)).toBe(200);
      });

      test("checks ten concurrent answers, and ends the session for the rest", async () => {
        const { owner, fail } = await makePerson();
        const cookie = await makeSessionCookie(owner);
        const codes = await Promise.all(Array.from({ length: 30 }, () => fail(cookie)));
        expect(codes.filter((code) => code === refusal).length).toBeLessThan(10);
        expect(await fail(cookie)).toBe(last);
      });

      test("resets after a correct answer", async () => {
        const { owner, fail, succeed } = await makePerson();
        const cookie = await makeSessionCookie(owner);
        for (let attempt = 0; attempt < 9; attempt += 1) expect(await fail(cookie)).toBe(refusal);
        expect(await succeed(cookie)).toBe(200);
        expect(await db().session.findFirst({ where: { userId: owner.id } })).toMatchObject({
          wrongCodes: 0,
        });
      });

      test("is limited across all sessions of an account, until a correct answer", async () => {
        const { owner, fail, succeed } = await makePerson();
        for (let session = 0; session < 5; session += 1) {
          const stolen = await makeSessionCookie(owner);
          for (let attempt = 0; attempt < 10; attempt += 1) await fail(stolen);
        }
        expect(await succeed(await makeSessionCookie(owner))).toBe("too_many_attempts");
        await runtime().signInThrottle.forgiveConfirmations(owner.id);
        expect(await succeed(await makeSessionCookie(owner))).toBe(200);
      });

      test("is independent of failed sign-ins from the same address", async () => {
        const { owner, fail, succeed } = await makePerson();
        const cookie = await makeSessionCookie(owner);
        const headers = { "x-keyward-client-ip": "192.0.2.77" };
        const signIn = (email: string, typed: string) =>
          callConsole("POST", "/api/sign-in", { body: { email, password: typed }, headers });
        for (let attempt = 0; attempt < 60; attempt += 1)
          await signIn(`${kind}-${attempt % 5}-${owner.email}`, wrong);
        expect((await signIn(owner.email, password)).status).toBe(429);
        const stolen = await makeSessionCookie(owner);
        for (let attempt = 0; attempt < 10; attempt += 1) await fail(stolen);
        expect((await post("/api/sign-in", { email: owner.email, password })).status).toBe(200);
        expect(await succeed(cookie, headers)).toBe(200);
      });
    });
});

test("a person and a workspace can make so many workspaces and service members, also with all asked for at once", async () => {
  const { owner, workspace } = await makeWorkspace();
  const cookie = await makeSessionCookie(owner);
  const more = Array.from({ length: 48 }, (_, index) => ({
    id: `ws_${owner.id}${index}`,
    slug: `${owner.id}-${index}`,
    name: "W",
  }));
  await db().workspace.createMany({ data: more });
  await db().member.createMany({
    data: more.map(({ id }) => ({ workspaceId: id, userId: owner.id, role: "owner" })),
  });
  const made = await Promise.all(
    Array.from({ length: 5 }, () => post("/api/workspaces", { name: "One more" }, cookie)),
  );
  expect(made.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);

  const bots = Array.from({ length: 99 }, (_, index) => ({
    id: `usr_${workspace.id}${index}`,
    name: "Bot",
    serviceOf: workspace.id,
  }));
  await db().user.createMany({ data: bots });
  const path = `/api/workspaces/${workspace.slug}/members`;
  const added = await Promise.all(
    Array.from({ length: 4 }, () => post(path, { name: "Deploy bot", role: "member" }, cookie)),
  );
  expect(added.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
});

test("S08 mail of another kind does not use up the mails that lead back into an account", async () => {
  const { owner } = await makeWorkspace();
  for (let count = 1; count <= 6; count += 1)
    await post("/api/sign-up/request", { name: "M", email: owner.email, workspaceName: "M" });
  await post("/api/forgot-password", { email: owner.email });
  const mails = await keptMails(owner.email);
  expect(mails.filter((mail) => mail.includes("Subject: You already have an account"))).toHaveLength(5);
  expect(mails.filter((mail) => mail.includes("Subject: Reset your password"))).toHaveLength(1);
});

test("the longest address there is counts like any other", async () => {
  const email = `${"a".repeat(64)}@${Array(3).fill("b".repeat(61)).join(".")}.co`;
  expect(email).toHaveLength(253);
  expect((await post("/api/sign-in", { email, password: wrong })).status).toBe(401);
  expect((await post("/api/forgot-password", { email })).status).toBe(202);
  expect((await post("/api/sign-up/request", { name: "N", email, workspaceName: "N" })).status).toBe(202);
});

test("what was typed as an address is not kept to count it", async () => {
  const email = "typed-a-password-here@example.test";
  await post("/api/sign-in", { email, password: wrong });
  await post("/api/forgot-password", { email });
  const { rows } = await runtime().pool.query("SELECT key FROM sign_in_throttles");
  expect(rows.length).toBeGreaterThan(2);
  expect(JSON.stringify(rows)).not.toContain("typed-a-password-here");
});

test("a workspace cannot be used to flood a mailbox, nor any number of them, however invitations come to be", async () => {
  const stage = await makeStage();
  const cookie = await cookieOf(stage, "admin");
  const path = `/api/workspaces/${stage.workspace.slug}/invitations`;
  const email = `flooded-${stage.workspace.slug}@example.test`;
  const invite = (to: string) => post(path, { email: to, role: "viewer" }, cookie);
  for (let count = 1; count <= 9; count += 1) expect((await invite(email)).status).toBe(201);
  const { id } = await db().invitation.findFirstOrThrow({ where: { email } });
  expect((await post(`${path}/${id}/resend`, {}, cookie)).status).toBe(200);
  const before = await db().invitation.findUnique({ where: { id } });
  for (const refused of [await invite(email), await post(`${path}/${id}/resend`, {}, cookie)]) {
    expect(refused.json).toMatchObject({ error: { code: "too_many_attempts" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  }
  expect(await db().invitation.findUnique({ where: { id } }), "its link is still good").toEqual(before);
  expect(await keptMails(email)).toHaveLength(10);

  expect((await invite("another@example.test")).status).toBe(201);
  await runtime().pool.query("UPDATE sign_in_throttles SET points = 300 WHERE key LIKE 'inviter:%'");
  expect((await invite("one-more@example.test")).status).toBe(429);
  const others = await cookieOf(stage, "owner");
  expect((await post(path, { email: "one-more@example.test", role: "viewer" }, others)).status).toBe(201);
});
