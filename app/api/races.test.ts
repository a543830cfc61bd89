import { describe, expect, test, vi } from "vitest";
import { db } from "@/lib/server/runtime";
import { newCookie } from "@/tests/authenticator";
import { callConsole } from "@/tests/console-routes";
import { makeSessionCookie, makeWorkspace, password } from "@/tests/factories";
import { linkIn } from "@/tests/kept-mail";
import { keptMails } from "@/tests/mailbox";
import { useRuntime } from "@/tests/runtime";

/** What happens between the moment a password was found to be right and the moment that is acted upon. */
let meanwhile: (() => Promise<unknown>) | null = null;
vi.mock("@node-rs/argon2", async (load) => {
  const real = await load<typeof import("@node-rs/argon2")>();
  return {
    ...real,
    async verify(...of: Parameters<typeof real.verify>) {
      const matches = await real.verify(...of);
      const work = meanwhile;
      meanwhile = null;
      await work?.();
      return matches;
    },
  };
});

useRuntime();

const newPassword = "quite another long password";
const post = (path: string, body: unknown, cookie?: string) => callConsole("POST", path, { body, cookie });
const tokenOf = (link: string) => new URL(link, "http://localhost").searchParams.get("token");

async function mailedToken(email: string, page: string): Promise<string | null> {
  return tokenOf(linkIn((await keptMails(email)).at(-1), page));
}

/** What `first` found to be right is acted upon only after `second` was answered. */
function whileVerified<T>(first: () => Promise<T>, second: () => Promise<unknown>): Promise<T> {
  meanwhile = second;
  return first();
}

describe("S03 who knew the old password while the owner of the mailbox resets it", () => {
  async function makeReset() {
    const { owner } = await makeWorkspace();
    await post("/api/forgot-password", { email: owner.email });
    const token = await mailedToken(owner.email, "reset-password");
    const reset = async () =>
      expect((await post("/api/reset-password", { token, password: newPassword })).status).toBe(200);
    return { owner, reset };
  }

  test("is left without a session, however late the sign-in is answered", async () => {
    const { owner, reset } = await makeReset();
    const answer = await whileVerified(() => post("/api/sign-in", { email: owner.email, password }), reset);
    expect(answer.json).toMatchObject({ error: { code: "incorrect_credentials" } });
    expect(await db().session.count({ where: { userId: owner.id } })).toBe(0);
  });

  test("cannot put another in the place of the new one", async () => {
    const { owner, reset } = await makeReset();
    const cookie = await makeSessionCookie(owner);
    const body = { currentPassword: password, newPassword: "the attacker's own password" };
    const answer = await whileVerified(() => post("/api/account/password", body, cookie), reset);
    expect(answer.status).toBe(400);
    expect((await post("/api/sign-in", { email: owner.email, password: newPassword })).status).toBe(200);
  });
});

test("S21 a session that was signed out while it changed the password changes nothing", async () => {
  const { owner } = await makeWorkspace();
  const cookie = await makeSessionCookie(owner);
  const elsewhere = await makeSessionCookie(owner);
  const answer = await whileVerified(
    () => post("/api/account/password", { currentPassword: password, newPassword }, cookie),
    () => post("/api/account/sessions/revoke-others", {}, elsewhere),
  );
  expect(answer.json).toMatchObject({ error: { code: "not_signed_in" } });
  expect((await post("/api/sign-in", { email: owner.email, password })).status).toBe(200);
});

test("S19 a new password gives the session a new id, and the old one is 401", async () => {
  const { owner } = await makeWorkspace();
  const cookie = await makeSessionCookie(owner);
  const answer = await post("/api/account/password", { currentPassword: password, newPassword }, cookie);
  expect(answer.status).toBe(200);
  expect((await callConsole("GET", "/api/account", { cookie })).status).toBe(401);
  expect((await callConsole("GET", "/api/account", { cookie: newCookie(answer.headers) })).status).toBe(200);
});
