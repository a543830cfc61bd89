import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/server/runtime";
import { renewSessionToken } from "@/lib/server/sessions/session-store";
import { useRuntime } from "@/tests/database/runtime";
import { makeAuthenticator } from "@/tests/factories/authenticator";
import { makeWorkspace, password } from "@/tests/factories/factories";
import { keptMails } from "@/tests/peers/mailbox";
import { startOpenIdProvider } from "@/tests/peers/openid-provider";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { ConsoleBrowser, someoneAt } from "@/tests/processes/console-browser";
import { consoleOrigin } from "@/tests/processes/console-routes";

const provider = await startOpenIdProvider([consoleOrigin]);
afterAll(() => provider.close());
const github = { GITHUB_CLIENT_ID: "g", GITHUB_CLIENT_SECRET: "s" };
useRuntime({ ...provider.settings, ...github });
const signIn = "/api/sign-in/providers/oidc";
// The first request loads all modules, which must not count toward a test's time limit.
beforeAll(
  async () =>
    void (await new ConsoleBrowser().visitProvider(signIn, someoneAt(provider, { name: "First" }).account)),
);
const connected = "/api/account/connected-accounts";
const connect = `${connected}/oidc`;
const confirm = "/api/account/reauthenticate/oidc";
const security = "/settings/security";

/** A signed-in person with a password. */
async function personWithPassword(): Promise<{ browser: ConsoleBrowser; userId: string; email: string }> {
  const { owner } = await makeWorkspace();
  const browser = new ConsoleBrowser();
  await browser.post("/api/sign-in", { email: owner.email, password });
  return { browser, userId: owner.id, email: owner.email };
}

/** A person who signed up with the provider and has no password. */
async function personOfProvider(): Promise<{
  browser: ConsoleBrowser;
  account: string;
  userId: string;
  email: string;
}> {
  const { account, email } = someoneAt(provider);
  const browser = new ConsoleBrowser();
  await browser.visitProvider(signIn, account);
  const { id: userId } = await db().user.findUniqueOrThrow({ where: { email } });
  return { browser, account, userId, email };
}

async function becomeStale(userId: string): Promise<void> {
  await db()
    .$executeRaw`UPDATE sessions SET authenticated_at = now() - interval '16 minutes' WHERE user_id = ${userId}`;
}

const actionsOf = async (userId: string) =>
  (await db().auditEvent.findMany({ where: { actorId: userId }, orderBy: { id: "asc" } })).map(
    ({ action }) => action,
  );

test("a provider account can be connected, listed, used to sign in, and disconnected; each change is an event and a mail", async () => {
  const { browser, userId, email } = await personWithPassword();
  const { account, email: there } = someoneAt(provider);
  expect(await browser.visitProvider(connect, account)).toBe(`${security}?connected=oidc`);
  expect((await browser.get(connected)).json).toEqual({
    connectedAccounts: [
      { id: "github", name: "GitHub", connected: null },
      { id: "oidc", name: "Acme ID", connected: { label: there, at: expect.any(String) } },
    ],
  });
  const other = new ConsoleBrowser();
  expect(await other.visitProvider(signIn, account)).toBe("/settings");
  expect((await other.get("/api/account")).json).toMatchObject({ userId });

  expect((await browser.request("DELETE", connect)).status).toBe(200);
  expect((await browser.request("DELETE", connect)).status).toBe(404);
  expect((await actionsOf(userId)).slice(-2)).toEqual([
    "account.identity_connected",
    "account.identity_disconnected",
  ]);
  const mails = (await keptMails(email)).filter((mail) => mail.includes("Your sign-in methods were changed"));
  expect(mails).toHaveLength(2);
  expect(mails[0]).toContain("was connected to");
  expect(mails[1]).toContain("was disconnected from");
});

test("connecting the same account again changes nothing; a second account of the provider is rejected", async () => {
  const { browser, userId } = await personWithPassword();
  const { account } = someoneAt(provider);
  await browser.visitProvider(connect, account);
  expect(await browser.visitProvider(connect, account)).toBe(`${security}?connected=oidc`);
  browser.atProvider.forget();
  expect(await browser.visitProvider(connect, someoneAt(provider).account)).toBe(
    `${security}?problem=another_connected&provider=oidc`,
  );
  expect(await db().account.findMany({ where: { userId } })).toMatchObject([{ subject: account }]);
  expect((await actionsOf(userId)).filter((action) => action === "account.identity_connected")).toHaveLength(
    1,
  );
});

test("an account that is connected to someone else can't be connected", async () => {
  const { account, userId } = await personOfProvider();
  const { browser } = await personWithPassword();
  expect(await browser.visitProvider(connect, account)).toBe(
    `${security}?problem=connected_elsewhere&provider=oidc`,
  );
  expect(await db().account.findMany({ where: { subject: account } })).toMatchObject([{ userId }]);
});

describe("S05 only the session that started connecting can finish it", () => {
  test("another session, or none, connects nothing", async () => {
    const first = await personWithPassword();
    const second = await personWithPassword();
    for (const session of [second.browser.cookies.get("keyward.session"), undefined]) {
      const { account } = someoneAt(provider);
      const callback = await first.browser.goToProvider(connect, account);
      const mixed = new ConsoleBrowser();
      for (const [name, value] of first.browser.cookies) mixed.cookies.set(name, value);
      mixed.cookies.delete("keyward.session");
      if (session) mixed.cookies.set("keyward.session", session);
      expect(await mixed.comeBack(callback)).toBe(
        session ? `${security}?problem=not_whole&provider=oidc` : "/sign-in?problem=not_whole&provider=oidc",
      );
      expect(await db().account.count({ where: { subject: account } })).toBe(0);
      expect(mixed.cookies.get("keyward.session")).toBe(session);
    }
  });

  test("a sign-in flow can't connect an account, nor the other way round", async () => {
    const { browser, userId } = await personWithPassword();
    const { account, email } = someoneAt(provider);
    const callback = await new ConsoleBrowser().goToProvider(signIn, account);
    expect(await browser.comeBack(callback)).toBe(`${security}?problem=not_whole&provider=oidc`);
    await browser.goToProvider(connect, account);
    const visit = browser.cookies.get("keyward.visit") ?? "";
    const again = await browser.goToProvider(signIn, account);
    browser.cookies.set("keyward.visit", visit);
    expect(await browser.comeBack(again)).toContain("problem=not_whole");
    expect(await db().account.count({ where: { userId } })).toBe(0);
    expect(await db().user.count({ where: { email } })).toBe(0);
  });
});

test("S18 connecting and disconnecting require a recent confirmation of identity", async () => {
  const { browser, userId } = await personWithPassword();
  await browser.visitProvider(connect, someoneAt(provider).account);
  await becomeStale(userId);
  for (const method of ["POST", "DELETE"])
    expect((await browser.request(method, connect)).json, method).toMatchObject({
      error: { code: "reauthentication_required" },
    });
});

describe("the last sign-in method can't be removed", () => {
  test("for a person without a password", async () => {
    const { browser, userId } = await personOfProvider();
    expect((await browser.request("DELETE", connect)).json).toMatchObject({
      error: { code: "conflict", message: expect.stringContaining("Set a password first") },
    });
    expect(await db().account.count({ where: { userId } })).toBe(1);
  });

  test("an account of a provider that is no longer configured doesn't count", async () => {
    const { browser, userId } = await personOfProvider();
    await db().account.create({
      data: { issuer: "https://github.com/", subject: userId, provider: "github", label: "grace", userId },
    });
    await withAnotherRuntime(provider.settings, async () => {
      expect((await browser.request("DELETE", connect)).status).toBe(409);
    });
    expect((await browser.request("DELETE", connect)).status).toBe(200);
  });

  test("of two concurrent removals, one fails", async () => {
    const { browser, userId } = await personOfProvider();
    await db().account.create({
      data: {
        issuer: "https://github.com/",
        subject: `2-${userId}`,
        provider: "github",
        label: "grace",
        userId,
      },
    });
    const answers = await Promise.all(
      ["oidc", "github"].map((id) => browser.request("DELETE", `${connected}/${id}`)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe("confirming identity with a provider", () => {
  test("works without a password: the session gets a new token, and the sensitive action succeeds", async () => {
    const { browser, account, userId } = await personOfProvider();
    const { slug } = await db().workspace.findFirstOrThrow({ where: { members: { some: { userId } } } });
    const create = () => browser.request("PUT", `/api/workspaces/${slug}/api-access`, { enabled: true });
    await becomeStale(userId);
    expect((await create()).json).toMatchObject({ error: { code: "reauthentication_required" } });
    expect((await browser.get("/api/account")).json).toMatchObject({
      confirmingProviders: [{ id: "oidc", name: "Acme ID" }],
    });
    const before = browser.cookies.get("keyward.session");
    expect(await browser.visitProvider(confirm, account, `/${slug}/settings/workspace?a=b`)).toBe(
      `/${slug}/settings/workspace?a=b&confirmed=oidc`,
    );
    expect(provider.asked.at(-1)?.get("prompt")).toBe("login");
    expect(provider.asked.at(-1)?.get("max_age")).toBe("0");
    expect(browser.cookies.get("keyward.session")).not.toBe(before);
    expect((await create()).status).toBe(200);
    browser.cookies.set("keyward.session", before ?? "");
    expect((await browser.get("/api/account")).status).toBe(401);
  });

  test("fails with any other identity", async () => {
    const { browser, userId } = await personOfProvider();
    const others = [someoneAt(provider).account, (await personOfProvider()).account];
    await becomeStale(userId);
    const before = browser.cookies.get("keyward.session");
    for (const account of others) {
      browser.atProvider.forget();
      expect(await browser.visitProvider(confirm, account, security)).toBe(
        `${security}?confirmed=no&problem=another_account&provider=oidc`,
      );
    }
    expect(browser.cookies.get("keyward.session")).toBe(before);
    expect((await browser.request("PUT", "/api/account/password", { newPassword: password })).status).toBe(
      403,
    );
  });

  test("S67 fails if the provider didn't ask again, doesn't report the time, or reports a future one", async () => {
    const { browser, account, userId } = await personOfProvider();
    await becomeStale(userId);
    for (const how of ["silent", new Date(1), new Date(Date.now() + 3_600_000)] as const) {
      provider.answerAnew(how);
      browser.atProvider.forget();
      expect(await browser.visitProvider(confirm, account, security), String(how)).toBe(
        `${security}?confirmed=no&problem=not_asked&provider=oidc`,
      );
    }
    provider.answerAnew("obey");
    expect(await browser.visitProvider(confirm, account, security)).toBe(`${security}?confirmed=oidc`);
  });

  test("S67 never works with GitHub, which doesn't report the time", async () => {
    const { browser, userId } = await personOfProvider();
    const connectGitHub = {
      issuer: "https://github.com/",
      subject: `3-${userId}`,
      provider: "github",
      userId,
    };
    await db().account.create({ data: connectGitHub });
    await db().account.deleteMany({ where: { userId, provider: "oidc" } });
    expect((await browser.post("/api/account/reauthenticate/github")).status).toBe(404);
    expect((await browser.get("/api/account")).json).toMatchObject({ confirmingProviders: [] });
  });

  test("fails with a provider that isn't connected", async () => {
    const { browser } = await personWithPassword();
    expect((await browser.post(confirm)).status).toBe(404);
  });
});

describe("S67 a provider sign-in counts as recent only from the time when the provider asked the person", () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const mayChange = async (browser: ConsoleBrowser) =>
    (await browser.post("/api/account/email", { email: `new${Math.random()}@acme.test` })).status === 202;
  afterEach(() => provider.answerAnew("obey"));

  test.each([
    { title: "just now", how: "obey", recent: true },
    { title: "five minutes ago", how: minutesAgo(5), recent: true },
    { title: "twenty minutes ago", how: minutesAgo(20), recent: false },
    { title: "in 1970", how: new Date(1000), recent: false },
    { title: "in an hour", how: minutesAgo(-60), recent: false },
    { title: "at a time it does not say", how: "silent", recent: false },
  ] as const)("$title", async ({ how, recent }) => {
    const { account } = await personOfProvider();
    provider.answerAnew(how);
    const browser = new ConsoleBrowser();
    await browser.visitProvider(signIn, account);
    expect((await browser.get("/api/account")).status).toBe(200);
    expect(await mayChange(browser)).toBe(recent);
  });

  test("also for a new account", async () => {
    provider.answerAnew("silent");
    const { browser } = await personOfProvider();
    expect(await mayChange(browser)).toBe(false);
  });

  test("the session keeps the proof and its time; an older proof doesn't replace a newer one", async () => {
    const { account, userId } = await personOfProvider();
    await db().session.deleteMany({ where: { userId } });
    const at = new Date(Math.floor(minutesAgo(5).getTime() / 1000) * 1000);
    provider.answerAnew(at);
    const browser = new ConsoleBrowser();
    await browser.visitProvider(signIn, account);
    const proof = { provenBy: "identity_provider", authenticatedAt: at };
    expect(await db().session.findMany({ where: { userId } })).toMatchObject([proof]);
    provider.answerAnew("obey");
    await browser.request("PUT", "/api/account/password", { newPassword: password });
    await browser.post("/api/account/reauthenticate", { password });
    const [session] = await db().session.findMany({ where: { userId } });
    expect(session?.provenBy).toBe("password");
    const token = browser.cookies.get("keyward.session") ?? "";
    await renewSessionToken(token, { by: "identity_provider", at });
    expect(await db().session.findMany({ where: { userId } })).toMatchObject([
      { provenBy: "password", authenticatedAt: session?.authenticatedAt },
    ]);
  });

  test("an email code doesn't confirm identity, an authenticator code does", async () => {
    const { account, userId } = await personOfProvider();
    await db().user.update({ where: { id: userId }, data: { emailCodesAt: new Date() } });
    const { code } = await makeAuthenticator(userId);
    provider.answerAnew("silent");
    const byMail = new ConsoleBrowser();
    await byMail.visitProvider(signIn, account);
    await byMail.post("/api/sign-in/verify/email");
    const { email } = await db().user.findUniqueOrThrow({ where: { id: userId } });
    const emailCode = /Your code is (\d{3} \d{3})/.exec((await keptMails(email ?? "")).join())?.[1];
    expect((await byMail.post("/api/sign-in/verify", { emailCode })).status).toBe(200);
    expect(await mayChange(byMail)).toBe(false);
    const byApp = new ConsoleBrowser();
    await byApp.visitProvider(signIn, account);
    expect((await byApp.post("/api/sign-in/verify", { code: code() })).status).toBe(200);
    expect(await mayChange(byApp)).toBe(true);
  });
});

describe("a first password", () => {
  test("can be set once, with a recent confirmation, and then signs in", async () => {
    const { browser, userId, email } = await personOfProvider();
    await becomeStale(userId);
    const set = (newPassword: string) => browser.request("PUT", "/api/account/password", { newPassword });
    expect((await set(password)).json).toMatchObject({ error: { code: "reauthentication_required" } });
    await db().$executeRaw`UPDATE sessions SET authenticated_at = now() WHERE user_id = ${userId}`;
    expect((await set("short")).json).toMatchObject({
      error: { fields: { newPassword: expect.any(String) } },
    });
    expect((await set(password)).status).toBe(200);
    expect((await new ConsoleBrowser().post("/api/sign-in", { email, password })).status).toBe(200);
    expect((await actionsOf(userId)).at(-1)).toBe("account.password_set");
    expect((await keptMails(email)).join()).toContain("A password was set");
    expect((await browser.request("DELETE", connect)).status).toBe(200);
  });

  test("can't replace an existing password", async () => {
    const { browser, email } = await personWithPassword();
    const answer = await browser.request("PUT", "/api/account/password", {
      newPassword: "another long password",
    });
    expect(answer.json).toMatchObject({ error: { code: "conflict" } });
    expect((await new ConsoleBrowser().post("/api/sign-in", { email, password })).status).toBe(200);
  });
});
