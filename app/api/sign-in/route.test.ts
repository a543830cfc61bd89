import { verify } from "@node-rs/argon2";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeMember, makeSessionCookie, makeWorkspace, password } from "@/tests/factories/factories";
import { refusedSignInsOf } from "@/tests/factories/refused-sign-ins";
import { type Answer, callConsole } from "@/tests/processes/console-routes";

// Spied on, not replaced: the tests check whether the expensive work was done, for S01 and S07.
vi.mock("@node-rs/argon2", async (load) => {
  const real = await load<typeof import("@node-rs/argon2")>();
  return { ...real, verify: vi.fn(real.verify) };
});

useRuntime();
beforeEach(() => void vi.mocked(verify).mockClear());

let addresses = 0;
/** Each request comes from a new address by default, so that only the limit of the account matters. */
function signIn(
  email: unknown,
  secret: unknown,
  headers: Record<string, string> = { "x-keyward-client-ip": `198.51.100.${++addresses}` },
): Promise<Answer> {
  return callConsole("POST", "/api/sign-in", { body: { email, password: secret }, headers });
}

/** All of an answer that may not tell a known address from an unknown one. */
function told({ status, headers, body }: Answer): unknown {
  const sameHeaders = [...headers].filter(([name]) => name !== "x-request-id");
  return { status, headers: sameHeaders, body: body.replace(/req_\w+/, "") };
}

describe("signing in", () => {
  test("S22 sets an HttpOnly session cookie that other sites don't send", async () => {
    const { owner } = await makeWorkspace();
    const answer = await signIn(` ${owner.email.toUpperCase()} `, password);
    expect(answer.status).toBe(200);
    const cookie = answer.headers.getSetCookie().find((one) => one.startsWith("keyward.session="));
    expect(cookie).toMatch(/^keyward\.session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=lax$/i);
    expect((await callConsole("GET", "/api/account", { cookie: cookie?.split(";")[0] })).json).toMatchObject({
      email: owner.email,
    });
  });

  test("S01 with a wrong password gives the same response for known and unknown addresses, after one verification each", async () => {
    const { workspace, owner } = await makeWorkspace();
    const { user: withoutPassword } = await makeMember(workspace, "member");
    const answers: unknown[] = [];
    for (const email of [owner.email, withoutPassword.email, "nobody@example.test"]) {
      vi.mocked(verify).mockClear();
      answers.push(told(await signIn(email, "not the right password")));
      expect(verify, email).toHaveBeenCalledTimes(1);
    }
    expect(answers[0]).toMatchObject({
      status: 401,
      body: expect.stringContaining("Email or password is incorrect."),
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test("S01 verifying the dummy hash costs the same as a real one", async () => {
    const { owner } = await makeWorkspace();
    await signIn(owner.email, "not the right password");
    await signIn("nobody@example.test", "not the right password");
    const [known, dummy] = vi.mocked(verify).mock.calls.map(([hash]) => String(hash).split("$").slice(0, 4));
    expect(dummy).toEqual(known);
  });

  test("S07 with a password of a megabyte is 413 before any hashing or query", async () => {
    expect((await signIn("nobody@example.test", "x".repeat(1_000_000))).json).toMatchObject({
      error: { code: "payload_too_large" },
    });
    expect(verify).not.toHaveBeenCalled();
  });

  test("S07 never trims or normalizes a password", async () => {
    const { owner } = await makeWorkspace();
    for (const near of [` ${password}`, `${password} `, password.toUpperCase()])
      expect((await signIn(owner.email, near)).status).toBe(401);
  });

  test("S19 creates a new session, and the browser's previous one is 401", async () => {
    const { owner } = await makeWorkspace();
    const before = await makeSessionCookie(owner);
    const answer = await callConsole("POST", "/api/sign-in", {
      cookie: before,
      body: { email: owner.email, password },
    });
    expect(answer.headers.getSetCookie().join()).not.toContain(before);
    expect((await callConsole("GET", "/api/account", { cookie: before })).status).toBe(401);
  });

  test("S19 never adopts a session token chosen by someone else", async () => {
    const { owner } = await makeWorkspace();
    const cookie = `keyward.session=${"A".repeat(43)}`;
    await callConsole("POST", "/api/sign-in", { cookie, body: { email: owner.email, password } });
    expect((await callConsole("GET", "/api/account", { cookie })).status).toBe(401);
  });
});

describe("S08 guessing", () => {
  test("at one account from many addresses is throttled, known or not, with the time to wait", async () => {
    const { owner } = await makeWorkspace();
    const answers: unknown[] = [];
    for (const email of [owner.email, "never-seen@example.test"]) {
      for (let attempt = 1; attempt <= 10; attempt += 1)
        expect((await signIn(email, "guess")).status).toBe(401);
      vi.mocked(verify).mockClear();
      const refused = await signIn(email, "guess");
      expect(refused.json).toMatchObject({ error: { code: "too_many_attempts" } });
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(verify, "passwords are no longer verified").not.toHaveBeenCalled();
      refused.headers.delete("retry-after");
      answers.push(told(refused));
    }
    expect(answers[1]).toEqual(answers[0]);
    expect((await signIn(owner.email, password)).status, "nor would the right password be told").toBe(429);
  });

  test("at many accounts from one address is throttled; IPv6 counts by /64", async () => {
    const { owner } = await makeWorkspace();
    const from = (host: number) => ({ "x-keyward-client-ip": `2001:db8:7:7::${host.toString(16)}` });
    for (let attempt = 1; attempt <= 50; attempt += 1) {
      expect((await signIn(`guess-${attempt}@example.test`, "x".repeat(200), from(attempt))).status).toBe(
        401,
      );
    }
    expect((await signIn("guess-51@example.test", "guess", from(51))).status).toBe(429);
    expect(
      (await signIn(owner.email, password, { "x-keyward-client-ip": "2001:db8:7:8::1" })).status,
      "a neighbour is not held",
    ).toBe(200);
  });

  test("is reset for an account after a successful sign-in", async () => {
    const { owner } = await makeWorkspace();
    for (let round = 1; round <= 2; round += 1) {
      for (let attempt = 1; attempt <= 9; attempt += 1)
        expect((await signIn(owner.email, "x".repeat(200))).status).toBe(401);
      expect((await signIn(owner.email, password)).status).toBe(200);
    }
  });
});

test("attempts are in the access log before the response, without the typed address", async () => {
  const { owner } = await makeWorkspace();
  await signIn(owner.email, "not the right password");
  await signIn(owner.email, password);
  await runtime().engine.accessLog.settled();
  const rows = await db().$queryRaw<
    { code: string }[]
  >`SELECT code FROM access_log.entries WHERE user_id = ${owner.id} ORDER BY at`;
  expect(rows.map(({ code }) => code)).toEqual(["signed_in"]);
  expect(await refusedSignInsOf(owner.id)).toEqual([{ codes: ["incorrect_credentials"], attempts: 1 }]);
});
