import { hash } from "@node-rs/argon2";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { db, runtime } from "@/lib/server/runtime";
import { seal } from "@/lib/server/seal";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeSessionCookie, makeWorkspace, password } from "@/tests/factories/factories";
import { decodeMail, linkIn } from "@/tests/peers/kept-mail";
import { allMailDelivered, keptMails, startMailServer } from "@/tests/peers/mailbox";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { type Answer, callConsole } from "@/tests/processes/console-routes";
import { waitUntil } from "@/tests/wait-until";

// Spied on, not replaced: the tests check whether the expensive work was done, for S07.
vi.mock("@node-rs/argon2", async (load) => {
  const real = await load<typeof import("@node-rs/argon2")>();
  return { ...real, hash: vi.fn(real.hash) };
});

// Spied on as well: the tests check whether a mail was written, for S02.
vi.mock("@/lib/server/seal", async (load) => {
  const real = await load<typeof import("@/lib/server/seal")>();
  return { ...real, seal: vi.fn(real.seal) };
});

useRuntime();

const newPassword = "quite another long password";
let clients = 0;
/** Each request comes from a new address, so that no test uses up another test's limit. */
const post = (path: string, body: unknown, cookie?: string, headers: Record<string, string> = {}) =>
  callConsole("POST", path, {
    body,
    cookie,
    headers: { "x-keyward-client-ip": `198.51.100.${++clients % 250}`, ...headers },
  });
const forgot = (email: string, headers: Record<string, string> = {}) =>
  post("/api/forgot-password", { email }, undefined, headers);
const signIn = (email: string, secret: string, cookie?: string) =>
  post("/api/sign-in", { email, password: secret }, cookie);
const tokenOf = (link: string) => new URL(link, "http://localhost").searchParams.get("token");
const subjectOf = (mail: string) => /^Subject: (.*)$/m.exec(mail)?.[1];
const lastMail = async (email: string) => (await keptMails(email)).at(-1);
const withoutRequestId = ({ status, headers, body }: Answer) => ({
  status,
  body,
  headers: [...headers].filter(([name]) => name !== "x-request-id"),
});

async function resetToken(email: string): Promise<string | null> {
  await forgot(email);
  return tokenOf(linkIn(await lastMail(email), "reset-password"));
}

describe("a forgotten password", () => {
  test("S02 gets the same response for known and unknown addresses, and only the known one gets mail", async () => {
    const { owner } = await makeWorkspace();
    const answers = [await forgot(owner.email), await forgot("nobody@example.test")].map(withoutRequestId);
    expect(answers[0]).toMatchObject({ status: 202, body: "{}" });
    expect(answers[1]).toEqual(answers[0]);
    expect((await keptMails(owner.email)).map(subjectOf)).toEqual(["Reset your password"]);
    expect(await keptMails("nobody@example.test")).toEqual([]);
  });

  test("S02 does the same work for both, and queues no mail for unknown addresses", async () => {
    const { owner } = await makeWorkspace();
    const { user: taken } = await makeMember((await makeWorkspace()).workspace, "member");
    const cookie = await makeSessionCookie(owner);
    const asked: (() => Promise<unknown>)[] = [
      () => forgot(owner.email),
      () => forgot("nobody-either@example.test"),
      () => post("/api/account/email", { email: `free-too-${owner.id}@example.test` }, cookie),
      () => post("/api/account/email", { email: taken.email }, cookie),
    ];
    const sealed: number[] = [];
    for (const ask of asked) {
      vi.mocked(seal).mockClear();
      await ask();
      sealed.push(vi.mocked(seal).mock.calls.length);
    }
    expect(sealed).toEqual([1, 1, 2, 2]);
    expect(await keptMails("nobody-either@example.test")).toEqual([]);
    expect(await keptMails(taken.email)).toEqual([]);
  });

  test("S06 with anything but one plain address is 400 and sends no mail", async () => {
    const { rows: before } = await runtime().pool.query("SELECT count(*)::int FROM mailed_links");
    for (const email of [
      '"e@a"@v.example',
      "v@x.example, a@y.example",
      "a@x.example\r\nBcc: b@y.example",
      "v＠x.example",
    ])
      expect((await forgot(email)).json, email).toMatchObject({
        error: { fields: { email: expect.any(String) } },
      });
    expect((await runtime().pool.query("SELECT count(*)::int FROM mailed_links")).rows).toEqual(before);
  });

  test("S10 links to APP_URL, whatever the request's host", async () => {
    const { owner } = await makeWorkspace();
    await forgot(owner.email, { host: "evil.example", "x-forwarded-host": "evil.example" });
    const mail = await lastMail(owner.email);
    expect(mail).toContain("http://localhost:3000/reset-password?token=");
    expect(mail).not.toContain("evil");
  });

  test("is mailed at most five times an hour, and a client can request thirty", async () => {
    const { owner } = await makeWorkspace();
    const sameClient = { "x-keyward-client-ip": "192.0.2.200" };
    for (let count = 0; count < 7; count += 1)
      expect((await forgot(owner.email, sameClient)).status).toBe(202);
    expect(await keptMails(owner.email)).toHaveLength(5);
    for (let count = 7; count < 30; count += 1) await forgot("nobody@example.test", sameClient);
    const refused = await forgot("nobody@example.test", sameClient);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("S09 a reset ends all sessions and the link, sends mail, and the new password works", async () => {
    const { owner } = await makeWorkspace();
    const cookie = await makeSessionCookie(owner);
    const token = await resetToken(owner.email);
    expect((await post("/api/reset-password", { token, password: newPassword })).status).toBe(200);
    expect((await callConsole("GET", "/api/account", { cookie })).status).toBe(401);
    expect((await post("/api/reset-password", { token, password: newPassword })).json).toMatchObject({
      error: { code: "link_expired" },
    });
    expect((await signIn(owner.email, password)).status).toBe(401);
    expect((await signIn(owner.email, newPassword)).status).toBe(200);
    expect(subjectOf((await lastMail(owner.email)) ?? "")).toBe("Your password was changed");
    const event = await db().auditEvent.findFirst({
      where: { action: "account.password_reset", targetId: owner.id },
    });
    expect(event).toMatchObject({ actorId: owner.id });
  });

  test("S09 ten concurrent uses of a token change the password once", async () => {
    const { owner } = await makeWorkspace();
    const token = await resetToken(owner.email);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        post("/api/reset-password", { token, password: `${newPassword} ${index}` }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(410)]);
    expect(
      await db().auditEvent.count({ where: { action: "account.password_reset", targetId: owner.id } }),
    ).toBe(1);
  });

  test("S09 a reset keeps the second factor of a verified owner", async () => {
    const { owner } = await makeWorkspace();
    await db().user.update({ where: { id: owner.id }, data: { emailVerifiedAt: new Date() } });
    await db().totpFactor.create({
      data: { userId: owner.id, secret: new Uint8Array(32), confirmedAt: new Date() },
    });
    const token = await resetToken(owner.email);
    expect((await post("/api/reset-password", { token, password: newPassword })).status).toBe(200);
    const cookie = sessionOf(await signIn(owner.email, newPassword));
    expect((await callConsole("GET", "/api/account", { cookie })).json).toMatchObject({
      error: { code: "second_step_required" },
    });
  });

  test("replaced, expired, and other purposes' links are rejected", async () => {
    const { owner } = await makeWorkspace();
    const first = await resetToken(owner.email);
    const second = await resetToken(owner.email);
    expect((await post("/api/reset-password", { token: first, password: newPassword })).status).toBe(410);
    expect((await post("/api/verify-email", { token: second })).status).toBe(410);
    await runtime().pool.query("UPDATE mailed_links SET expires_at = now() WHERE user_id = $1", [owner.id]);
    expect((await post("/api/reset-password", { token: second, password: newPassword })).status).toBe(410);
  });

  test("S07 the link still works after a rejected password", async () => {
    const { owner } = await makeWorkspace();
    const token = await resetToken(owner.email);
    vi.mocked(hash).mockClear();
    expect((await post("/api/reset-password", { token, password: "short" })).json).toMatchObject({
      error: { fields: { password: expect.stringMatching(/at least 12/) } },
    });
    expect(hash).not.toHaveBeenCalled();
    expect((await post("/api/reset-password", { token, password: newPassword })).status).toBe(200);
  });

  test("S03 a reset by the owner of the mailbox removes what someone else set up in the account", async () => {
    const { owner } = await makeWorkspace();
    const cookie = await makeSessionCookie(owner);
    await post("/api/account/email", { email: `attacker-${owner.id}@example.test` }, cookie);
    const pending = tokenOf(linkIn(await lastMail(`attacker-${owner.id}@example.test`), "verify-email"));
    const token = await resetToken(owner.email);
    await post("/api/reset-password", { token, password: newPassword });
    expect((await post("/api/verify-email", { token: pending })).status).toBe(410);
    expect((await callConsole("GET", "/api/account", { cookie })).status).toBe(401);
    expect(await db().user.findUnique({ where: { id: owner.id } })).toMatchObject({
      email: owner.email,
      emailVerifiedAt: expect.any(Date),
    });
  });
});

describe("signing up with a mail server", () => {
  let server: Awaited<ReturnType<typeof startMailServer>>;
  beforeAll(async () => {
    server = await startMailServer();
  });
  afterAll(() => server.close());
  const withMail = (work: () => Promise<void>) =>
    withAnotherRuntime({ SMTP_URL: server.url }, async () => {
      await work();
      await allMailDelivered();
    });
  const request = (email: string) =>
    post("/api/sign-up/request", { name: "Grace", email, workspaceName: "Navy" });

  async function received(email: string, count = 1): Promise<string> {
    const mails = () => server.received.filter(({ to }) => to.includes(email));
    await waitUntil(`${email} has mail`, async () => mails().length >= count);
    return decodeMail(mails()[count - 1]?.raw ?? "");
  }

  test("S02 gets the same response for new and known addresses; the known one gets a mail that says so", () =>
    withMail(async () => {
      const { owner } = await makeWorkspace();
      const answers = [await request(owner.email), await request("new-one@example.test")].map(
        withoutRequestId,
      );
      expect(answers[0]).toMatchObject({ status: 202, body: "{}" });
      expect(answers[1]).toEqual(answers[0]);
      const mail = await received(owner.email);
      expect(mail).toContain("You already have an account");
      expect(mail).not.toContain("token=");
    }));

  test("S03 creates no account before the mailed link is used; then the account is verified", () =>
    withMail(async () => {
      const email = "grace-by-mail@example.test";
      await request(email);
      expect(await db().user.findUnique({ where: { email } })).toBeNull();
      expect((await post("/api/sign-up", { name: "M", email, password, workspaceName: "M" })).status).toBe(
        409,
      );
      const token = tokenOf(linkIn(await received(email), "verify-email"));
      const answers = await Promise.all(
        [1, 2, 3].map(() => post("/api/sign-up/complete", { token, password: newPassword })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 410, 410]);
      expect(await db().user.findUnique({ where: { email } })).toMatchObject({
        name: "Grace",
        emailVerifiedAt: expect.any(Date),
      });
      expect((await signIn(email, newPassword)).status).toBe(200);
    }));

  test("S03 an older link creates no second account", () =>
    withMail(async () => {
      const email = "late@example.test";
      await request(email);
      const token = tokenOf(linkIn(await received(email), "verify-email"));
      await db().user.create({ data: { id: "usr_late", email, name: "Late" } });
      expect((await post("/api/sign-up/complete", { token, password: newPassword })).status).toBe(409);
      expect(await db().user.findUnique({ where: { email } })).toMatchObject({ passwordHash: null });
    }));
});

describe("an email address", () => {
  test("is verified once, by the button on the link's page", async () => {
    const { owner } = await makeWorkspace();
    const cookie = await makeSessionCookie(owner);
    expect((await callConsole("GET", "/api/account", { cookie })).json).toMatchObject({
      emailVerified: false,
    });
    await post("/api/account/verify-email", {}, cookie);
    const token = tokenOf(linkIn(await lastMail(owner.email), "verify-email"));
    expect((await post("/api/verify-email", { token }, cookie)).status).toBe(200);
    expect((await post("/api/verify-email", { token }, cookie)).status).toBe(410);
    expect((await callConsole("GET", "/api/account", { cookie })).json).toMatchObject({
      emailVerified: true,
    });
    expect((await post("/api/account/verify-email", {}, cookie)).status).toBe(409);
  });

  test("changes once the new one is verified; the old one is notified, sessions stay, and other links stop working", async () => {
    const { owner } = await makeWorkspace();
    const cookie = await makeSessionCookie(owner);
    const reset = await resetToken(owner.email);
    const email = `new-${owner.id}@example.test`;
    expect((await post("/api/account/email", { email }, cookie)).status).toBe(202);
    expect((await callConsole("GET", "/api/account", { cookie })).json).toMatchObject({ email: owner.email });
    const token = tokenOf(linkIn(await lastMail(email), "verify-email"));
    expect((await post("/api/verify-email", { token }, cookie)).status).toBe(200);
    expect((await callConsole("GET", "/api/account", { cookie })).json).toMatchObject({
      email,
      emailVerified: true,
    });
    const subjects = (await keptMails(owner.email)).map(subjectOf);
    expect(subjects).toContain("Email address change requested");
    expect(subjects).toContain("Your email address was changed");
    expect((await post("/api/reset-password", { token: reset, password: newPassword })).status).toBe(410);
    expect((await signIn(owner.email, password)).status).toBe(401);
    expect((await signIn(email, password)).status).toBe(200);
  });

  test("S02 of another account gets the same response and no link", async () => {
    const { owner, workspace } = await makeWorkspace();
    const { user } = await makeMember(workspace, "member");
    const cookie = await makeSessionCookie(owner);
    const answers = [
      await post("/api/account/email", { email: user.email }, cookie),
      await post("/api/account/email", { email: `free-${owner.id}@example.test` }, cookie),
    ].map(withoutRequestId);
    expect(answers[1]).toEqual(answers[0]);
    expect(await keptMails(user.email)).toEqual([]);
  });

  test("S18 changes only with a recent confirmation of identity", async () => {
    const { owner } = await makeWorkspace();
    const cookie = await makeSessionCookie(owner);
    await runtime().pool.query(
      "UPDATE sessions SET authenticated_at = now() - interval '1 hour' WHERE user_id = $1",
      [owner.id],
    );
    expect((await post("/api/account/email", { email: "other@example.test" }, cookie)).json).toMatchObject({
      error: { code: "reauthentication_required" },
    });
  });
});

describe("S18 a person gets mail about", () => {
  test("a sign-in with a new browser only", async () => {
    const { owner } = await makeWorkspace();
    const first = deviceOf(await signIn(owner.email, password));
    expect(first).toMatch(/^keyward\.device=[\w-]{43}$/);
    await signIn(owner.email, password, first);
    expect(await keptMails(owner.email)).toEqual([]);
    const second = deviceOf(await signIn(owner.email, password));
    expect(second).not.toBe(first);
    await signIn(owner.email, password, second);
    const mails = await keptMails(owner.email);
    expect(mails.map(subjectOf)).toEqual(["New sign-in to your account"]);
    expect(mails[0]).toContain("198.51.100.");
  });

  test("a changed password", async () => {
    const { owner } = await makeWorkspace();
    const cookie = await makeSessionCookie(owner);
    const reset = await resetToken(owner.email);
    await post("/api/account/password", { currentPassword: password, newPassword }, cookie);
    expect(subjectOf((await lastMail(owner.email)) ?? "")).toBe("Your password was changed");
    expect((await post("/api/reset-password", { token: reset, password })).status).toBe(410);
  });

  test("a new API key, by its name and hint, never its secret", async () => {
    const { owner, actor } = await makeWorkspace();
    const { key, secret } = await makeKey(actor, { name: "nightly <export>" });
    const mail = (await lastMail(owner.email)) ?? "";
    expect(subjectOf(mail)).toBe("An API key was created");
    expect(mail).toContain(`nightly <export>” (${key.prefix}…${key.suffix})`);
    expect(mail).not.toContain(secret);
  });
});

const cookieIn = (answer: Answer, name: string) =>
  answer.headers
    .getSetCookie()
    .find((one) => one.startsWith(`${name}=`))
    ?.split(";")[0];
const deviceOf = (answer: Answer) => cookieIn(answer, "keyward.device");
const sessionOf = (answer: Answer) => cookieIn(answer, "keyward.session");
