import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ErrorBody } from "@/lib/contracts/http-api/error";
import type { User } from "@/lib/server/generated/prisma/client";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import {
  type Authenticator,
  makeAuthenticator,
  makeOwingCookie,
  newCookie,
} from "@/tests/factories/authenticator";
import { makeSessionCookie, makeWorkspace, password } from "@/tests/factories/factories";
import { refusedSignInsOf } from "@/tests/factories/refused-sign-ins";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { type Answer, callConsole, findConsoleRoutes } from "@/tests/processes/console-routes";

useRuntime();
// In the middle of a time step: no test may begin in one and end in the next.
beforeEach(
  () =>
    void vi.useFakeTimers({
      toFake: ["Date"],
      now: new Date(Math.floor(Date.now() / 30_000) * 30_000 + 15_000),
    }),
);
afterEach(() => void vi.useRealTimers());

type Person = { user: User; app: Authenticator; slug: string };

async function makePerson(): Promise<Person> {
  const { owner, workspace } = await makeWorkspace();
  return { user: owner, app: await makeAuthenticator(owner.id), slug: workspace.slug };
}

let addresses = 0;
/** Each request comes from a new address, so that only the limit of the account matters. */
function verify(cookie: string | undefined, body: Record<string, unknown>): Promise<Answer> {
  const headers = { "x-keyward-client-ip": `198.51.100.${++addresses}` };
  return callConsole("POST", "/api/sign-in/verify", { cookie, body, headers });
}

const isSignedIn = async (cookie: string | undefined) =>
  (await callConsole("GET", "/api/account", { cookie })).status === 200;

describe("signing in with a second factor", () => {
  test("S19 returns the next page, and each step gives the session a new token", async () => {
    const { user, app } = await makePerson();
    const begun = await callConsole("POST", "/api/sign-in", { body: { email: user.email, password } });
    expect(begun.json).toEqual({ next: "/sign-in/verify" });
    const owing = newCookie(begun.headers);
    expect(await isSignedIn(owing)).toBe(false);
    const passed = await verify(owing, { code: app.code() });
    expect(passed.status, passed.body).toBe(200);
    expect(await isSignedIn(newCookie(passed.headers))).toBe(true);
    expect((await callConsole("GET", "/api/account", { cookie: owing })).status).toBe(401);
  });

  test("an account without one is signed in immediately", async () => {
    const { owner } = await makeWorkspace();
    const begun = await callConsole("POST", "/api/sign-in", { body: { email: owner.email, password } });
    expect(begun.json).toEqual({ next: null });
    expect(await isSignedIn(newCookie(begun.headers))).toBe(true);
    expect((await verify(newCookie(begun.headers), { code: "123456" })).status).toBe(409);
  });

  test("every attempt is in the access log with its outcome", async () => {
    const { user, app } = await makePerson();
    const cookie = await makeOwingCookie(user.id);
    await verify(cookie, { code: app.code(-5) });
    await verify(cookie, { code: app.code() });
    await runtime().engine.accessLog.settled();
    const rows = await db().$queryRaw<
      { code: string; outcome: string }[]
    >`SELECT code, outcome FROM access_log.entries WHERE user_id = ${user.id} ORDER BY at`;
    expect(rows).toEqual([{ code: "second_step_passed", outcome: "allowed" }]);
    expect(await refusedSignInsOf(user.id)).toEqual([{ codes: ["incorrect_code"], attempts: 1 }]);
  });

  test("a code can be typed in two groups; an invalid code is reported and doesn't count", async () => {
    const { user, app } = await makePerson();
    const cookie = await makeOwingCookie(user.id);
    for (const code of ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", null, 123456])
      expect((await verify(cookie, { code })).json).toMatchObject({
        error: { fields: { code: expect.any(String) } },
      });
    for (const body of [{}, { code: app.code(), recoveryCode: app.recoveryCodes[0] }])
      expect((await verify(cookie, body)).status).toBe(400);
    const code = app.code();
    expect((await verify(cookie, { code: `${code.slice(0, 3)} ${code.slice(3)}` })).status).toBe(200);
  });
});

test("S12 the same code used concurrently on two instances opens one session, and none later", async () => {
  const { user, app } = await makePerson();
  const code = app.code();
  const cookies = await Promise.all([makeOwingCookie(user.id), makeOwingCookie(user.id)]);
  const statuses: number[] = [];
  const first = verify(cookies[0], { code });
  await withAnotherRuntime({}, async () => {
    for (const answer of await Promise.all([first, verify(cookies[1], { code })]))
      statuses.push(answer.status);
  });
  expect(statuses.sort()).toEqual([200, 401]);
  const again = await verify(await makeOwingCookie(user.id), { code });
  expect(again.json).toMatchObject({ error: { code: "incorrect_code" } });
  const earlier = await verify(await makeOwingCookie(user.id), { code: app.code(-1) });
  expect(earlier.json, "the previous code is rejected too").toMatchObject({
    error: { code: "incorrect_code" },
  });
});

test("S12 of eight concurrent answers with one code, one succeeds", async () => {
  const { user, app } = await makePerson();
  const cookies = await Promise.all(Array.from({ length: 8 }, () => makeOwingCookie(user.id)));
  const code = app.code();
  const statuses = await Promise.all(cookies.map(async (cookie) => (await verify(cookie, { code })).status));
  expect(statuses.sort()).toEqual([200, 401, 401, 401, 401, 401, 401, 401]);
});

describe("S13", () => {
  for (const steps of [-1, 0, 1]) {
    test(`the code ${steps} steps from now is accepted`, async () => {
      const { user, app } = await makePerson();
      expect((await verify(await makeOwingCookie(user.id), { code: app.code(steps) })).status).toBe(200);
    });
  }

  for (const steps of [-2, 2]) {
    test(`the code ${steps} steps from now is rejected`, async () => {
      const { user, app } = await makePerson();
      expect((await verify(await makeOwingCookie(user.id), { code: app.code(steps) })).json).toMatchObject({
        error: { code: "incorrect_code" },
      });
    });
  }

  test("the fifth wrong code ends the sign-in, and then even a correct one is rejected", async () => {
    const { user, app } = await makePerson();
    const cookie = await makeOwingCookie(user.id);
    for (let wrong = 1; wrong <= 4; wrong += 1)
      expect((await verify(cookie, { code: app.code(wrong + 4) })).json).toMatchObject({
        error: { code: "incorrect_code" },
      });
    expect((await verify(cookie, { recoveryCode: "not-one" })).json).toMatchObject({
      error: { code: "not_signed_in" },
    });
    expect((await verify(cookie, { code: app.code() })).status).toBe(401);
    expect(await db().session.count({ where: { userId: user.id } })).toBe(0);
    expect((await verify(await makeOwingCookie(user.id), { code: app.code() })).status).toBe(200);
  });

  test("of concurrent wrong codes, only five are checked", async () => {
    const { user, app } = await makePerson();
    const cookie = await makeOwingCookie(user.id);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => verify(cookie, { code: app.code(index + 4) })),
    );
    expect(answers.filter(({ body }) => body.includes("incorrect_code"))).toHaveLength(4);
    expect(await db().session.count({ where: { userId: user.id } })).toBe(0);
  });

  test("S08 repeated sign-ins don't give unlimited attempts", async () => {
    const { user, app } = await makePerson();
    const codes: unknown[] = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      const answer = await verify(await makeOwingCookie(user.id), { code: app.code(attempt + 4) });
      codes.push((answer.json as { error: { code: string } }).error.code);
    }
    expect(codes).toEqual([...Array.from({ length: 10 }, () => "incorrect_code"), "too_many_attempts"]);
  });
});

describe("S14 a session that hasn't completed its second factor", () => {
  test("gets 403 second_step_required from every other route, for every method", async () => {
    const { user, slug } = await makePerson();
    const cookie = await makeOwingCookie(user.id);
    let asked = 0;
    for (const { pattern, methods } of await findConsoleRoutes()) {
      if (pattern.startsWith("/api/sign-in/verify")) continue;
      const path = pattern.replace("[workspace]", slug).replace(/\[[\w.]+\]/g, "x");
      for (const method of methods) {
        // Options without an account don't know a session that needs a second factor.
        const signedOut = await callConsole(method, path);
        if ((signedOut.json as ErrorBody | null)?.error?.code !== "not_signed_in") continue;
        const answer = await callConsole(method, path, { cookie });
        expect(answer.json, `${method} ${pattern}`).toMatchObject({
          error: { code: "second_step_required" },
        });
        expect(answer.status).toBe(403);
        asked += 1;
      }
    }
    expect(asked).toBeGreaterThan(20);
  });

  test("isn't signed in for next-auth", async () => {
    const { user } = await makePerson();
    const cookie = await makeOwingCookie(user.id);
    expect((await callConsole("GET", "/api/auth/session", { cookie })).body).toBe("null");
  });

  test("can sign out or start again", async () => {
    const { user } = await makePerson();
    const cookie = await makeOwingCookie(user.id);
    expect((await callConsole("POST", "/api/sign-out", { cookie })).status).toBe(200);
    expect(await db().session.count({ where: { userId: user.id } })).toBe(0);
  });
});

describe("S16 a recovery code", () => {
  test("used 20 times concurrently opens one session", async () => {
    const { user, app } = await makePerson();
    const recoveryCode = app.recoveryCodes[3];
    // From one browser: its sign-in is what all of them are for.
    const cookie = await makeOwingCookie(user.id);
    const answers = await Promise.all(Array.from({ length: 20 }, () => verify(cookie, { recoveryCode })));
    const right = answers.filter(({ status }) => status === 200);
    expect(right).toHaveLength(1);
    expect(await isSignedIn(newCookie((right[0] as Answer).headers))).toBe(true);
    expect(await db().recoveryCode.count({ where: { userId: user.id, usedAt: null } })).toBe(9);
  });

  test("used concurrently from many browsers opens one session, and never works again", async () => {
    const { user, app } = await makePerson();
    const recoveryCode = app.recoveryCodes[0];
    const cookies = await Promise.all(Array.from({ length: 9 }, () => makeOwingCookie(user.id)));
    const answers = await Promise.all(cookies.map((cookie) => verify(cookie, { recoveryCode })));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array.from({ length: 8 }, () => 401),
    ]);
    expect((await verify(await makeOwingCookie(user.id), { recoveryCode })).status).toBe(401);
  });

  test("is stored as a hash, accepts typing variants, and its use is an audit event without the code", async () => {
    const { user, app } = await makePerson();
    const [code = ""] = app.recoveryCodes;
    expect(code).toMatch(/^(\w{4}-){3}\w{4}$/);
    const stored = await db().recoveryCode.findMany({ where: { userId: user.id } });
    for (const { codeHash } of stored) expect(codeHash).toHaveLength(32);
    const typed = ` ${code.toUpperCase().replaceAll("-", " ").replaceAll("0", "O").replaceAll("1", "l")} `;
    expect((await verify(await makeOwingCookie(user.id), { recoveryCode: typed })).status).toBe(200);
    const event = await db().auditEvent.findFirstOrThrow({
      where: { actorId: user.id, action: "account.recovery_code_used" },
    });
    expect(JSON.stringify(event)).not.toContain(code);
  });

  test("of another account doesn't work", async () => {
    const [one, another] = [await makePerson(), await makePerson()];
    const answer = await verify(await makeOwingCookie(one.user.id), {
      recoveryCode: another.app.recoveryCodes[0],
    });
    expect(answer.json).toMatchObject({ error: { code: "incorrect_code" } });
  });
});

test("a completed session needs no second factor", async () => {
  const { user, app } = await makePerson();
  const cookie = await makeSessionCookie(user);
  expect((await verify(cookie, { code: app.code() })).status).toBe(409);
});
