import { describe, expect, test } from "vitest";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeSessionCookie, makeWorkspace, password } from "@/tests/factories/factories";
import { type Answer, callConsole } from "@/tests/processes/console-routes";

useRuntime();

const form = { "content-type": "application/x-www-form-urlencoded" };

/** Signs in the way next-auth's own client does: a token first, then a form with it. */
async function signIn(fields: Record<string, string>): Promise<Answer> {
  const csrf = await callConsole("GET", "/api/auth/csrf");
  const cookie = csrf.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
  const { csrfToken } = csrf.json as { csrfToken: string };
  return callConsole("POST", "/api/auth/callback/credentials", {
    cookie,
    headers: form,
    body: new URLSearchParams({ csrfToken, ...fields }).toString(),
  });
}

function sessionOf(answer: Answer): string | undefined {
  return answer.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .find((pair) => /^keyward\.session=./.test(pair ?? ""));
}

describe("next-auth's own sign-in route", () => {
  test("creates one of our sessions and returns its user", async () => {
    const { owner } = await makeWorkspace();
    const cookie = sessionOf(await signIn({ email: owner.email, password }));
    expect(cookie).toBeDefined();
    const session = await callConsole("GET", "/api/auth/session", { cookie });
    expect(session.json).toEqual({
      expires: expect.any(String),
      user: { id: owner.id, name: owner.name, email: owner.email },
    });
    expect((await callConsole("GET", "/api/account", { cookie })).status).toBe(200);
  });

  test("creates no session with a wrong password or token", async () => {
    const { owner } = await makeWorkspace();
    expect(sessionOf(await signIn({ email: owner.email, password: "wrong" }))).toBeUndefined();
    expect(
      sessionOf(await signIn({ email: owner.email, password, csrfToken: "0".repeat(64) })),
    ).toBeUndefined();
    const bare = await callConsole("POST", "/api/auth/callback/credentials", {
      headers: form,
      body: new URLSearchParams({ email: owner.email, password }).toString(),
    });
    expect(sessionOf(bare)).toBeUndefined();
    expect(await db().session.count({ where: { userId: owner.id } })).toBe(0);
  });

  test("S07 rejects a body of a megabyte with 413 before reading all of it", async () => {
    const body = new URLSearchParams({ email: "a@b.example", password: "x".repeat(1_000_000) }).toString();
    for (const path of ["callback/credentials", "signout"]) {
      for (const headers of [form, { ...form, "content-length": "10" }]) {
        const answer = await callConsole("POST", `/api/auth/${path}`, { headers, body });
        expect(answer.json, path).toMatchObject({ error: { code: "payload_too_large" } });
      }
    }
  });

  test("S11 redirects only to our own origin", async () => {
    const { owner } = await makeWorkspace();
    for (const callbackUrl of [
      "https://evil.example/",
      "//evil.example",
      "/\\evil.example",
      "javascript:alert(1)",
      "http://localhost:3000@evil.example/",
      "http://localhost:3000.evil.example",
    ]) {
      const answer = await signIn({ email: owner.email, password, callbackUrl });
      const location = answer.headers.get("location") ?? (answer.json as { url?: string } | null)?.url ?? "";
      expect(new URL(location, "http://localhost:3000").origin, callbackUrl).toBe("http://localhost:3000");
      const kept = /callback-url=([^;]+)/.exec(answer.headers.getSetCookie().join())?.[1] ?? "";
      expect(new URL(decodeURIComponent(kept), "http://localhost:3000").origin, callbackUrl).toBe(
        "http://localhost:3000",
      );
    }
  });

  test("S01 a wrong password doesn't reveal whether the address is known", async () => {
    const { owner } = await makeWorkspace();
    const [known, unknown] = [
      await signIn({ email: owner.email, password: "wrong" }),
      await signIn({ email: "nobody@example.test", password: "wrong" }),
    ];
    expect([unknown.status, unknown.body, unknown.headers.get("location")]).toEqual([
      known.status,
      known.body,
      known.headers.get("location"),
    ]);
  });
});

test("there is no session without signing in", async () => {
  expect((await callConsole("GET", "/api/auth/session")).body).toBe("null");
  expect(
    (await callConsole("GET", "/api/auth/session", { cookie: `keyward.session=${"A".repeat(43)}` })).body,
  ).toBe("null");
});

test("S20 requesting the session doesn't extend it", async () => {
  const { owner } = await makeWorkspace();
  const cookie = await makeSessionCookie(owner);
  await db()
    .$executeRaw`UPDATE sessions SET last_active_at = now() - interval '59 minutes' WHERE user_id = ${owner.id}`;
  await callConsole("GET", "/api/auth/session", { cookie });
  const [row] = await db().$queryRaw<
    { idle: boolean }[]
  >`SELECT last_active_at < now() - interval '58 minutes' AS idle FROM sessions WHERE user_id = ${owner.id}`;
  expect(row?.idle).toBe(true);
});

test("the disabled provider's routes, next-auth's own pages, and everything else are 404", async () => {
  const closed = [
    "signin",
    "signin/closed",
    "signin/credentials",
    "callback/closed",
    "callback/google",
    "signout",
    "error",
    "verify-request",
    "callback/credentials",
    "webauthn-options/closed",
    "csrf/x",
    "",
    "Session",
  ];
  for (const path of closed)
    expect((await callConsole("GET", `/api/auth/${path}`)).status, `GET ${path}`).toBe(404);
  for (const path of [
    "signin",
    "signin/closed",
    "signin/credentials",
    "callback/closed",
    "session",
    "csrf",
    "error",
  ]) {
    expect(
      (await callConsole("POST", `/api/auth/${path}`, { headers: form, body: "email=a@b.example" })).status,
      `POST ${path}`,
    ).toBe(404);
  }
});
