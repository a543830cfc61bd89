import { describe, expect, test, vi } from "vitest";
import type { Prisma } from "@/lib/server/generated/prisma/client";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { codeOf, newCookie } from "@/tests/factories/authenticator";
import { cookieOf, makeStage } from "@/tests/factories/console-people";
import { makeSessionCookie, makeWorkspace, password } from "@/tests/factories/factories";
import { linkIn } from "@/tests/peers/kept-mail";
import { keptMails } from "@/tests/peers/mailbox";
import { callConsole } from "@/tests/processes/console-routes";
import { waitUntil } from "@/tests/wait-until";

/** Runs after a password was verified and before the route acts on the result. */
let afterVerify: (() => Promise<unknown>) | null = null;
vi.mock("@node-rs/argon2", async (load) => {
  const real = await load<typeof import("@node-rs/argon2")>();
  return {
    ...real,
    async verify(...of: Parameters<typeof real.verify>) {
      const matches = await real.verify(...of);
      const work = afterVerify;
      afterVerify = null;
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

/** Starts `first`, and answers `second` after `first` has verified its password and before it acts on that. */
function whileVerified<T>(first: () => Promise<T>, second: () => Promise<unknown>): Promise<T> {
  afterVerify = second;
  return first();
}

/** Starts the requests in this order while `lock` holds the rows that they wait for. */
async function whileLocked<T>(
  lock: (transaction: Prisma.TransactionClient) => Promise<unknown>,
  requests: (() => Promise<T>)[],
): Promise<T[]> {
  const answers: Promise<T>[] = [];
  await db().$transaction(
    async (transaction) => {
      await lock(transaction);
      for (const request of requests) {
        answers.push(request());
        await waitUntil("it waits for the lock", async () => (await countWaiting()) === answers.length);
      }
    },
    { timeout: 20_000 },
  );
  return Promise.all(answers);
}

async function countWaiting(): Promise<number> {
  const { rows } = await runtime().pool.query(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  );
  return rows[0].count;
}

describe("S03 a person with the old password during a reset", () => {
  async function makeReset() {
    const { owner } = await makeWorkspace();
    await post("/api/forgot-password", { email: owner.email });
    const token = await mailedToken(owner.email, "reset-password");
    const reset = async () =>
      expect((await post("/api/reset-password", { token, password: newPassword })).status).toBe(200);
    return { owner, reset };
  }

  test("keeps no session, however late the sign-in completes", async () => {
    const { owner, reset } = await makeReset();
    const answer = await whileVerified(() => post("/api/sign-in", { email: owner.email, password }), reset);
    expect(answer.json).toMatchObject({ error: { code: "incorrect_credentials" } });
    expect(await db().session.count({ where: { userId: owner.id } })).toBe(0);
  });

  test("can't replace the new password", async () => {
    const { owner, reset } = await makeReset();
    const cookie = await makeSessionCookie(owner);
    const body = { currentPassword: password, newPassword: "the attacker's own password" };
    const answer = await whileVerified(() => post("/api/account/password", body, cookie), reset);
    expect(answer.status).toBe(400);
    expect((await post("/api/sign-in", { email: owner.email, password: newPassword })).status).toBe(200);
  });
});

test("S21 a session that ended during a password change changes nothing", async () => {
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

test("S19 a new password gives the session a new token, and the old one is 401", async () => {
  const { owner } = await makeWorkspace();
  const cookie = await makeSessionCookie(owner);
  const answer = await post("/api/account/password", { currentPassword: password, newPassword }, cookie);
  expect(answer.status).toBe(200);
  expect((await callConsole("GET", "/api/account", { cookie })).status).toBe(401);
  expect((await callConsole("GET", "/api/account", { cookie: newCookie(answer.headers) })).status).toBe(200);
});

test("S09 a concurrent reset and address change don't deadlock: the first wins, and the other link stops working", async () => {
  const { owner } = await makeWorkspace();
  const cookie = await makeSessionCookie(owner);
  const email = `new-${owner.id}@example.test`;
  await post("/api/account/email", { email }, cookie);
  const address = await mailedToken(email, "verify-email");
  await post("/api/forgot-password", { email: owner.email });
  const reset = await mailedToken(owner.email, "reset-password");
  const answers = await whileLocked(
    (transaction) => transaction.$executeRaw`SELECT 1 FROM users WHERE id = ${owner.id} FOR UPDATE`,
    [
      () => post("/api/verify-email", { token: address }, cookie),
      () => post("/api/reset-password", { token: reset, password: newPassword }),
    ],
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 410]);
  expect(await db().user.findUnique({ where: { id: owner.id } })).toMatchObject({ email });
});

describe("S03 S68 a stranger's session can't add a sign-in method after a reset", () => {
  const authenticator = "/api/account/two-step/authenticator";
  test.each([
    { path: authenticator, body: () => ({}) },
    { path: `${authenticator}/confirm`, body: (secret: string) => ({ code: codeOf(secret) }) },
    { path: "/api/account/two-step/recovery-codes", body: () => ({}) },
    { path: "/api/account/email", body: (secret: string) => ({ email: `${secret}@example.test` }) },
    { path: "/api/account/verify-email", body: () => ({}) },
  ])("$path", async ({ path, body }) => {
    const { owner } = await makeWorkspace();
    const { id: userId } = owner;
    const cookie = await makeSessionCookie(owner);
    const begun = (await post(authenticator, {}, cookie)).json as { secret: string };
    await db().user.update({ where: { id: userId }, data: { emailCodesAt: new Date() } });
    await post("/api/forgot-password", { email: owner.email });
    const token = await mailedToken(owner.email, "reset-password");
    const [reset, late] = await whileLocked(
      (transaction) => transaction.$executeRaw`SELECT 1 FROM users WHERE id = ${userId} FOR UPDATE`,
      [
        () => post("/api/reset-password", { token, password: newPassword }),
        () => post(path, body(begun.secret), cookie),
      ],
    );
    expect(reset?.status).toBe(200);
    expect(late?.json).toMatchObject({ error: { code: "not_signed_in" } });
    expect(await db().totpFactor.count({ where: { userId } })).toBe(0);
    expect(await db().recoveryCode.count({ where: { userId } })).toBe(0);
    expect(await db().mailedLink.count({ where: { userId, usedAt: null } })).toBe(0);
  });
});

test("S45 an admin who is demoted during the request can't invite, resend, or withdraw", async () => {
  const stage = await makeStage();
  const cookie = await cookieOf(stage, "admin");
  const path = `/api/workspaces/${stage.workspace.slug}/invitations`;
  await post(path, { email: "waits@example.test", role: "viewer" }, await cookieOf(stage, "owner"));
  const { id } = await db().invitation.findFirstOrThrow({ where: { workspaceId: stage.workspace.id } });
  const answers = await whileLocked(
    async (transaction) => {
      await transaction.$executeRaw`SELECT 1 FROM workspaces WHERE id = ${stage.workspace.id} FOR NO KEY UPDATE`;
      await transaction.member.updateMany({
        where: { userId: stage.users.admin.id },
        data: { role: "member" },
      });
    },
    [
      () => post(path, { email: "mine@example.test", role: "admin" }, cookie),
      () => post(`${path}/${id}/resend`, {}, cookie),
      () => callConsole("DELETE", `${path}/${id}`, { cookie }),
    ],
  );
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
  expect(await db().invitation.count({ where: { email: "mine@example.test" } })).toBe(0);
});
