import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeWorkspace, password } from "@/tests/factories/factories";
import { type RefusedSignIns, refusedSignIns } from "@/tests/factories/refused-sign-ins";
import { keptMails } from "@/tests/peers/mailbox";
import { startOpenIdProvider } from "@/tests/peers/openid-provider";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { ConsoleBrowser, someoneAt } from "@/tests/processes/console-browser";
import { callConsole, consoleOrigin } from "@/tests/processes/console-routes";

const provider = await startOpenIdProvider([consoleOrigin]);
afterAll(() => provider.close());
useRuntime({
  ...provider.settings,
  GOOGLE_CLIENT_ID: "our-client-at-google",
  GOOGLE_CLIENT_SECRET: "s",
  GITHUB_CLIENT_ID: "our-client-at-github",
  GITHUB_CLIENT_SECRET: "s",
});
const signIn = "/api/sign-in/providers/oidc";
// The first request loads all modules, which must not count toward a test's time limit.
beforeAll(
  async () =>
    void (await new ConsoleBrowser().visitProvider(signIn, someoneAt(provider, { name: "First" }).account)),
);
const notConnected = "/sign-in?problem=not_connected&provider=oidc";

async function lastRefusal() {
  const { userId, codes } = (await refusedSignIns()).at(-1) as RefusedSignIns;
  return { userId, code: codes.at(-1) };
}

test("a new person gets an account, a workspace, and a session; later sign-ins lead to the requested page", async () => {
  const { account, email } = someoneAt(provider);
  const browser = new ConsoleBrowser();
  expect(await browser.visitProvider(signIn, account)).toBe("/grace-hopper-s-workspace/settings/workspace");
  const person = await browser.get("/api/account");
  expect(person.json).toMatchObject({
    name: "Grace Hopper",
    email,
    emailVerified: true,
    hasPassword: false,
    workspaces: [{ name: "Grace Hopper’s workspace", role: "owner" }],
  });
  const { userId } = person.json as { userId: string };
  expect(await db().account.findMany({ where: { userId } })).toMatchObject([
    { issuer: `${provider.issuer}/`, subject: account, provider: "oidc", label: email },
  ]);
  const events = await db().auditEvent.findMany({ where: { actorId: userId }, orderBy: { id: "asc" } });
  expect(events.map(({ action }) => action)).toEqual([
    "account.created",
    "workspace.created",
    "account.identity_connected",
  ]);

  const elsewhere = new ConsoleBrowser();
  expect(await elsewhere.visitProvider(signIn, account, "/settings/api/keys?status=active")).toBe(
    "/settings/api/keys?status=active",
  );
  expect((await elsewhere.get("/api/account")).json).toMatchObject({ userId });
  await runtime().engine.accessLog.settled();
  const { rows: attempts } = await runtime().pool.query(
    "SELECT code FROM access_log.entries WHERE kind = 'sign_in' AND user_id = $1",
    [userId],
  );
  expect(attempts).toEqual(Array(2).fill({ code: "signed_in_by_provider" }));
  expect((await keptMails(email)).join()).toContain("New sign-in to your account");
});

test("a missing or invalid name is replaced by the address", async () => {
  const { account, email } = someoneAt(provider, { name: " \u202e " });
  const browser = new ConsoleBrowser();
  await browser.visitProvider(signIn, account);
  expect(await db().user.findUnique({ where: { email } })).toMatchObject({ name: account });
});

test("the provider's tokens aren't stored, here or in the browser", async () => {
  const { account } = someoneAt(provider);
  const browser = new ConsoleBrowser();
  await browser.visitProvider(signIn, account);
  expect([...browser.cookies.keys()].sort()).toEqual(["keyward.device", "keyward.session"]);
  const { rows } = await runtime().pool.query("SELECT a::text AS row FROM accounts a");
  expect(rows.map(({ row }) => row).join()).not.toMatch(/eyJ|token/);
});

test("an account with a second factor must still complete it", async () => {
  const { account, email } = someoneAt(provider);
  await new ConsoleBrowser().visitProvider(signIn, account);
  const { id } = await db().user.findUniqueOrThrow({ where: { email } });
  await db().totpFactor.create({ data: { userId: id, secret: Buffer.alloc(60), confirmedAt: new Date() } });
  const browser = new ConsoleBrowser();
  expect(await browser.visitProvider(signIn, account, "/settings/profile")).toBe(
    "/sign-in/verify?callbackUrl=%2Fsettings%2Fprofile",
  );
  expect((await browser.get("/api/account")).json).toMatchObject({ error: { code: "second_step_required" } });
});

describe("S04 an email isn't an identity", () => {
  test("of an existing account: no connection, no session, and the attempt is in the person's log", async () => {
    const { owner } = await makeWorkspace();
    const { account } = someoneAt(provider, { email: owner.email });
    const browser = new ConsoleBrowser();
    expect(await browser.visitProvider(signIn, account, "/settings/profile")).toBe(
      `${notConnected}&callbackUrl=%2Fsettings%2Fprofile`,
    );
    expect(browser.cookies.has("keyward.session")).toBe(false);
    expect(await db().account.count({ where: { userId: owner.id } })).toBe(0);
    expect(await lastRefusal()).toEqual({ code: "identity_not_connected", userId: owner.id });
  });

  test("unverified: the same response and traces with or without an account, and no account is created", async () => {
    const { owner } = await makeWorkspace();
    const people = [
      someoneAt(provider, { email: owner.email, email_verified: false }),
      someoneAt(provider, { email_verified: false }),
    ];
    for (const { account } of people) {
      const browser = new ConsoleBrowser();
      expect(await browser.visitProvider(signIn, account)).toBe(notConnected);
      expect(browser.cookies.size).toBe(0);
      expect(await lastRefusal()).toEqual({ code: "identity_not_connected", userId: null });
    }
    expect(await db().user.count({ where: { email: people[1]?.email ?? "" } })).toBe(0);
  });

  test("missing or not a single address: no account is created", async () => {
    for (const email of ["", '"a@acme.test"@evil.test', "a@acme.test, b@acme.test", "a＠acme.test"]) {
      const { account } = someoneAt(provider, { email });
      expect(await new ConsoleBrowser().visitProvider(signIn, account), email).toBe(notConnected);
    }
  });

  test("changed at the provider: the identity keeps its account", async () => {
    const { account, email } = someoneAt(provider);
    await new ConsoleBrowser().visitProvider(signIn, account);
    const { owner } = await makeWorkspace();
    provider.accounts.set(account, { email: owner.email, email_verified: true });
    const browser = new ConsoleBrowser();
    await browser.visitProvider(signIn, account);
    expect((await browser.get("/api/account")).json).toMatchObject({ email });
  });
});

test("S03 an account created in advance for someone else's address gives its creator nothing", async () => {
  const email = "victim@acme.test";
  const attacker = new ConsoleBrowser();
  await attacker.post("/api/sign-up", { name: "M", email, password, workspaceName: "Trap" });
  await attacker.post("/api/sign-in", { email, password });
  // The attacker connects an identity of their own, which would outlive a new password.
  const { account: attackers } = someoneAt(provider);
  expect(await attacker.visitProvider("/api/account/connected-accounts/oidc", attackers)).toBe(
    "/settings/security?connected=oidc",
  );

  const { account } = someoneAt(provider, { email });
  const victim = new ConsoleBrowser();
  expect(await victim.visitProvider(signIn, account)).toBe(notConnected);
  await victim.post("/api/forgot-password", { email });
  const mail = (await keptMails(email)).find((one) => one.includes("/reset-password?token=")) ?? "";
  const token = /token=(?:3D)?([\w-]{43})/.exec(mail.replace(/=\r?\n/g, ""))?.[1];
  await victim.post("/api/reset-password", { token, password: "what the true owner chose" });

  expect((await attacker.get("/api/account")).status).toBe(401);
  expect((await attacker.post("/api/sign-in", { email, password })).status).toBe(401);
  // The attacker's identity no longer opens the account: it belongs to a new account.
  const again = new ConsoleBrowser();
  await again.visitProvider(signIn, attackers);
  expect((await again.get("/api/account")).json).not.toMatchObject({ email });
  const owner = new ConsoleBrowser();
  await owner.post("/api/sign-in", { email, password: "what the true owner chose" });
  expect((await owner.get("/api/account")).json).toMatchObject({ email });
});

describe("S05 a flow ends in the browser where it started", () => {
  test("without its cookies or with another state, it fails", async () => {
    const { account, email } = someoneAt(provider);
    const browser = new ConsoleBrowser();
    const callback = await browser.goToProvider(signIn, account);
    const stranger = new ConsoleBrowser();
    expect(await stranger.comeBack(callback)).toBe("/sign-in?problem=not_whole&provider=oidc");
    const otherState = new URL(callback);
    otherState.searchParams.set("state", `${otherState.searchParams.get("state")}x`);
    expect(await browser.comeBack(otherState.href)).toContain("problem=not_whole");
    expect(await db().user.count({ where: { email } })).toBe(0);
    expect(await lastRefusal()).toEqual({ code: "provider_refused", userId: null });
  });

  test("each cookie is required: state, PKCE, nonce, and intent", async () => {
    for (const name of ["state", "pkce", "nonce", "visit"]) {
      const { account, email } = someoneAt(provider);
      const browser = new ConsoleBrowser();
      const callback = await browser.goToProvider(signIn, account);
      expect(browser.cookies.delete(`keyward.${name}`), name).toBe(true);
      expect(await browser.comeBack(callback), name).toContain("problem=not_whole");
      expect(await db().user.count({ where: { email } }), name).toBe(0);
    }
  });

  test("the cookies of another flow don't work", async () => {
    for (const name of ["state", "pkce", "nonce", "visit"]) {
      const { account, email } = someoneAt(provider);
      const [browser, other] = [new ConsoleBrowser(), new ConsoleBrowser()];
      const callback = await browser.goToProvider(signIn, account);
      await other.goToProvider(signIn, account);
      browser.cookies.set(`keyward.${name}`, other.cookies.get(`keyward.${name}`) ?? "");
      expect(await browser.comeBack(callback), name).toMatch(/problem=(not_whole|unusable)/);
      expect(await db().user.count({ where: { email } }), name).toBe(0);
    }
  });

  test("that began before AUTH_SECRET was replaced, while the previous one is accepted", async () => {
    const server = runtime();
    const begunWith = server.authSecrets;
    const replaced = "a secret that replaces the other one of this server";
    try {
      for (const [secrets, accounts] of [
        [[replaced], 0],
        [[replaced, ...begunWith], 1],
      ] as const) {
        const { account, email } = someoneAt(provider);
        const browser = new ConsoleBrowser();
        server.authSecrets = begunWith;
        const callback = await browser.goToProvider(signIn, account);
        server.authSecrets = [...secrets];
        expect(/problem=/.test(await browser.comeBack(callback))).toBe(accounts === 0);
        expect(await db().user.count({ where: { email } })).toBe(accounts);
      }
    } finally {
      server.authSecrets = begunWith;
    }
  });

  test("a response of one provider doesn't work at another's callback", async () => {
    const { account, email } = someoneAt(provider);
    const browser = new ConsoleBrowser();
    const callback = new URL(await browser.goToProvider(signIn, account));
    callback.pathname = "/api/auth/callback/google";
    expect(await browser.comeBack(callback.href)).toBe("/sign-in?problem=not_whole&provider=google");
    expect(await db().user.count({ where: { email } })).toBe(0);
  });

  test("a code and its flow work once", async () => {
    const { account } = someoneAt(provider);
    const browser = new ConsoleBrowser();
    const callback = await browser.goToProvider(signIn, account);
    const copy = new ConsoleBrowser();
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
    await browser.comeBack(callback);
    expect(await copy.comeBack(callback)).toBe("/sign-in?problem=unusable&provider=oidc");
    expect(copy.cookies.has("keyward.session")).toBe(false);
  });
});

test("canceling at the provider is reported on the page where the flow started", async () => {
  const browser = new ConsoleBrowser();
  expect(await browser.visitProvider(signIn, null, "/settings/profile")).toBe(
    "/sign-in?problem=cancelled&provider=oidc&callbackUrl=%2Fsettings%2Fprofile",
  );
});

test("S10 URLs come from APP_URL, whatever the request's host", async () => {
  const headers = { host: "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" };
  for (const id of ["google", "github", "oidc"]) {
    const answer = await callConsole("POST", `/api/sign-in/providers/${id}`, { headers });
    const url = new URL((answer.json as { url: string }).url);
    expect(url.searchParams.get("redirect_uri")).toBe(`${consoleOrigin}/api/auth/callback/${id}`);
  }
  const { account } = someoneAt(provider);
  const browser = new ConsoleBrowser();
  const callback = await browser.goToProvider(signIn, account);
  const cookie = [...browser.cookies].map((pair) => pair.join("=")).join("; ");
  const answer = await callConsole("GET", callback, { cookie, headers });
  expect(answer.headers.get("location")).toMatch(new RegExp(`^${consoleOrigin}/grace-hopper`));
});

describe("the redirect to the provider", () => {
  const always = {
    response_type: "code",
    state: expect.stringMatching(/.{40}/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: "S256",
  };

  test.each([
    {
      id: "google",
      page: "https://accounts.google.com/o/oauth2/v2/auth",
      more: { nonce: expect.stringMatching(/.{40}/), scope: "openid profile email" },
    },
    {
      id: "github",
      page: "https://github.com/login/oauth/authorize",
      more: { scope: "read:user user:email" },
    },
  ])("$id: with our client, state and PKCE", async ({ id, page, more }) => {
    const answer = await callConsole("POST", `/api/sign-in/providers/${id}`);
    const url = new URL((answer.json as { url: string }).url);
    expect(url.origin + url.pathname).toBe(page);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...always,
      ...more,
      client_id: `our-client-at-${id}`,
      redirect_uri: `${consoleOrigin}/api/auth/callback/${id}`,
    });
  });

  test("has our client id, state, nonce, and PKCE", async () => {
    await new ConsoleBrowser().goToProvider(signIn, someoneAt(provider).account);
    expect(Object.fromEntries(provider.asked.at(-1) ?? [])).toEqual({
      ...always,
      client_id: "keyward",
      redirect_uri: `${consoleOrigin}/api/auth/callback/oidc`,
      scope: "openid profile email",
      nonce: expect.stringMatching(/.{40}/),
      // So that it must say when it asked the person.
      max_age: String(runtime().env.sessionMaxSeconds),
    });
  });
});

test("S11 ignores a callbackUrl of another origin", async () => {
  const { account } = someoneAt(provider);
  await new ConsoleBrowser().visitProvider(signIn, account);
  for (const bad of [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "/%2Fevil",
  ])
    expect(await new ConsoleBrowser().visitProvider(signIn, account, bad), bad).toBe("/settings");
});

describe("SIGN_UP decides who can create an account", () => {
  test("by invitation only or for other domains: rejected with the reason, and nothing is created", async () => {
    for (const [SIGN_UP, problem] of [
      ["invite", "sign_up_closed"],
      ["other.test", "domain_not_allowed"],
    ] as const)
      await withAnotherRuntime({ ...provider.settings, SIGN_UP }, async () => {
        const { account, email } = someoneAt(provider);
        expect(await new ConsoleBrowser().visitProvider(signIn, account)).toBe(
          `/sign-in?problem=${problem}&provider=oidc`,
        );
        expect(await db().user.count({ where: { email } })).toBe(0);
      });
    await withAnotherRuntime({ ...provider.settings, SIGN_UP: "acme.test" }, async () => {
      const { account, email } = someoneAt(provider);
      await new ConsoleBrowser().visitProvider(signIn, account);
      expect(await db().user.count({ where: { email } })).toBe(1);
    });
  });
});

test("an unconfigured provider is 404", async () => {
  await withAnotherRuntime({}, async () => {
    expect((await callConsole("POST", signIn)).status).toBe(404);
    expect((await callConsole("GET", "/api/auth/callback/oidc?code=x&state=y")).status).toBe(404);
  });
  expect((await callConsole("POST", "/api/sign-in/providers/closed")).status).toBe(404);
});

test("a provider that doesn't respond is reported as unavailable", async () => {
  const settings = { ...provider.settings, OIDC_ISSUER: "http://localhost:9" };
  await withAnotherRuntime(settings, async () => {
    const answer = await callConsole("POST", signIn);
    expect(answer.status).toBe(503);
    expect(answer.json).toMatchObject({
      error: { message: expect.stringContaining("Acme ID can't be reached") },
    });
  });
});

test("S56 a subject that PostgreSQL can't store or that is too long is rejected like an invalid response", async () => {
  const before = await db().user.count();
  for (const account of ["nul\u0000", "\u001bescape", "x".repeat(256)]) {
    provider.accounts.set(account, { email: "strange@acme.test", email_verified: true, name: "Strange" });
    const browser = new ConsoleBrowser();
    const landed = await browser.visitProvider(signIn, account);
    expect(landed, JSON.stringify(account)).toMatch(/^\/sign-in\?problem=\w+&provider=oidc$/);
    expect(browser.cookies.has("keyward.session")).toBe(false);
    expect((await lastRefusal()).code).toBe("provider_refused");
  }
  expect(await db().user.count()).toBe(before);
});
