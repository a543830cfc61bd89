import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createUser } from "@/lib/server/accounts/users/sign-up";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace, nowhere, password } from "@/tests/factories/factories";
import { startDnsServer } from "@/tests/peers/dns-server";
import { startOpenIdProvider } from "@/tests/peers/openid-provider";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { ConsoleBrowser, someoneAt } from "@/tests/processes/console-browser";
import { consoleOrigin } from "@/tests/processes/console-routes";

const provider = await startOpenIdProvider([consoleOrigin]);
const dns = await startDnsServer();
afterAll(async () => {
  await provider.close();
  await dns.close();
});
useRuntime({ ...provider.settings, DNS_SERVERS: dns.address });

const signIn = "/api/sign-in/providers/oidc";
let count = 0;
const next = () => {
  count += 1;
  return count;
};
// The first request loads all modules, which must not count toward a test's time limit.
beforeAll(
  async () =>
    void (await new ConsoleBrowser().visitProvider(
      signIn,
      someoneAt(provider, { email: "first@first.test" }).account,
    )),
);

type View = { id: string; record: { name: string; value: string } };

/** A workspace whose owner is signed in, with a claimed domain. */
async function workspaceWithDomain(domain = `d${next()}.test`) {
  const made = await makeWorkspace();
  const owner = new ConsoleBrowser();
  await owner.post("/api/sign-in", { email: made.owner.email, password });
  const path = `/api/workspaces/${made.workspace.slug}`;
  const { id, record } = (await owner.post(`${path}/domains`, { domain })).json as View;
  return { ...made, owner, domain, path, route: `${path}/domains/${id}`, record };
}

/** The same, proven and requiring single sign-on. */
async function workspaceWithSso(change: Record<string, unknown> = {}) {
  const stage = await workspaceWithDomain();
  dns.records.set(stage.record.name, [stage.record.value]);
  expect((await stage.owner.post(`${stage.route}/verify`)).status).toBe(200);
  expect((await stage.owner.request("PATCH", stage.route, { requireSso: true, ...change })).status).toBe(200);
  return stage;
}

/** A member with a password and an address of the domain. */
async function memberOf(stage: { workspace: { id: string }; domain: string; actor: { userId: string } }) {
  const email = `m${next()}@${stage.domain}`;
  const { passwordHash } = await db().user.findUniqueOrThrow({ where: { id: stage.actor.userId } });
  const user = await db().$transaction((transaction) =>
    createUser(transaction, { email, name: "Mem", passwordHash, emailVerifiedAt: new Date() }, nowhere),
  );
  await db().member.create({ data: { workspaceId: stage.workspace.id, userId: user.id, role: "member" } });
  const browser = new ConsoleBrowser();
  await browser.post("/api/sign-in", { email, password });
  return { user, email, browser };
}

const events = async (workspaceId: string) =>
  (await db().auditEvent.findMany({ where: { workspaceId }, orderBy: { id: "asc" } })).map(
    ({ action }) => action,
  );

describe("a domain is verified", () => {
  test("by its TXT record; each step is an event", async () => {
    const { owner, route, record, domain, path, workspace } = await workspaceWithDomain();
    expect(record).toEqual({
      name: `_keyward.${domain}`,
      value: expect.stringMatching(/^keyward-domain-verification=[\w-]{32}$/),
    });
    const missing = await owner.post(`${route}/verify`);
    expect(missing.json).toMatchObject({
      error: { code: "conflict", message: expect.stringContaining("no TXT record") },
    });
    dns.records.set(record.name, ["v=spf1 -all", `${record.value}x`]);
    expect((await owner.post(`${route}/verify`)).json).toMatchObject({
      error: { message: expect.stringContaining("a different value") },
    });
    dns.records.set(record.name, ["v=spf1 -all", record.value]);
    expect((await owner.post(`${route}/verify`)).json).toMatchObject({ domain, verified: true });
    expect((await owner.get(`${path}/domains`)).json).toMatchObject({
      domains: [{ domain, verified: true, requireSso: false, defaultRole: "member" }],
      providerName: "Acme ID",
    });
    expect((await owner.request("DELETE", route)).status).toBe(200);
    expect((await events(workspace.id)).slice(-3)).toEqual([
      "workspace.domain_added",
      "workspace.domain_verified",
      "workspace.domain_removed",
    ]);
  });

  test("by only one workspace, even concurrently", async () => {
    const domain = "shared.test";
    const [one, two] = [await workspaceWithDomain(domain), await workspaceWithDomain(domain)];
    dns.records.set(one.record.name, [one.record.value, two.record.value]);
    const answers = await Promise.all([one, two].map(({ owner, route }) => owner.post(`${route}/verify`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test("not while DNS doesn't respond, which is reported in time", async () => {
    const { owner, route } = await workspaceWithDomain();
    dns.hang(true);
    const answer = await owner.post(`${route}/verify`).finally(() => dns.hang(false));
    expect(answer.json).toMatchObject({ error: { code: "unavailable" } });
  });

  test("before single sign-on can be required for it", async () => {
    const { owner, route } = await workspaceWithDomain();
    expect((await owner.request("PATCH", route, { requireSso: true })).json).toMatchObject({
      error: { code: "conflict", message: "Verify the domain first." },
    });
  });

  test("and added once; invalid domains are rejected", async () => {
    const { owner, path, domain } = await workspaceWithDomain();
    for (const wrong of [domain, "test", "https://a.test", "a@b.test", "-a.test", "a..test", "10.0.0.1"])
      expect((await owner.post(`${path}/domains`, { domain: wrong })).json, wrong).toMatchObject({
        error: { fields: { domain: expect.any(String) } },
      });
  });
});

describe("single sign-on is required", () => {
  test("for members with an address of the domain, immediately, and only in this workspace", async () => {
    const stage = await workspaceWithSso();
    const { browser } = await memberOf(stage);
    expect((await browser.get(stage.path)).json).toMatchObject({
      error: { code: "single_sign_on_required" },
    });
    await browser.post("/api/workspaces", { name: "Of my own" });
    const { workspaces } = (await browser.get("/api/account")).json as { workspaces: { slug: string }[] };
    expect((await browser.get(`/api/workspaces/${workspaces[0]?.slug}`)).status).toBe(200);
  });

  test("until they connect, sign in, or confirm with the provider, in that session", async () => {
    const stage = await workspaceWithSso();
    const { browser, email } = await memberOf(stage);
    const { account } = someoneAt(provider, { email });
    await browser.visitProvider("/api/account/connected-accounts/oidc", account);
    expect((await browser.get(stage.path)).status).toBe(200);

    const second = new ConsoleBrowser();
    await second.visitProvider(signIn, account);
    expect((await second.get(stage.path)).status).toBe(200);

    const third = new ConsoleBrowser();
    await third.post("/api/sign-in", { email, password });
    expect((await third.get(stage.path)).status).toBe(403);
    await third.visitProvider("/api/account/reauthenticate/oidc", account);
    expect((await third.get(stage.path)).status).toBe(200);
  });

  test("and not met by a provider account with another or an unverified address", async () => {
    const stage = await workspaceWithSso();
    const others = [
      { email: "someone@elsewhere.test" },
      { email: `x@${stage.domain}`, email_verified: false },
    ];
    for (const claims of others) {
      const { browser } = await memberOf(stage);
      const { account } = someoneAt(provider, claims);
      await browser.visitProvider("/api/account/connected-accounts/oidc", account);
      expect((await browser.get(stage.path)).status).toBe(403);
    }
  });

  test("but not for owners, members with other addresses, or keys", async () => {
    const stage = await workspaceWithSso();
    const { user, browser } = await memberOf(stage);
    const where = { workspaceId_userId: { workspaceId: stage.workspace.id, userId: user.id } };
    await db().member.update({ where, data: { role: "owner" } });
    expect((await browser.get(stage.path)).status).toBe(200);
    const guest = await memberOf({ ...stage, domain: "guests.test" });
    expect((await guest.browser.get(stage.path)).status).toBe(200);
    expect((await makeKey(stage.actor)).key.id).toBeDefined();
  });

  test("and can't be avoided by changing the address", async () => {
    const stage = await workspaceWithSso();
    const { browser } = await memberOf(stage);
    expect((await browser.post("/api/account/email", { email: "free@elsewhere.test" })).json).toMatchObject({
      error: { code: "conflict" },
    });
  });

  test("until it is turned off or the domain is removed", async () => {
    const stage = await workspaceWithSso();
    const { browser } = await memberOf(stage);
    await stage.owner.request("PATCH", stage.route, { requireSso: false });
    expect((await browser.get(stage.path)).status).toBe(200);
    await stage.owner.request("PATCH", stage.route, { requireSso: true });
    expect((await browser.get(stage.path)).status).toBe(403);
    await stage.owner.request("DELETE", stage.route);
    expect((await browser.get(stage.path)).status).toBe(200);
  });

  test("only if a provider is configured", async () => {
    const { owner, route, record } = await workspaceWithDomain();
    dns.records.set(record.name, [record.value]);
    await owner.post(`${route}/verify`);
    await withAnotherRuntime({}, async () => {
      expect((await owner.request("PATCH", route, { requireSso: true })).status).toBe(409);
    });
  });
});

describe("people of the domain join automatically", () => {
  test("with the default role and without a workspace of their own, even if sign-up is closed", async () => {
    const stage = await workspaceWithSso({ defaultRole: "viewer" });
    const { account, email } = someoneAt(provider, { email: `new@${stage.domain}` });
    const browser = new ConsoleBrowser();
    await withAnotherRuntime({ ...provider.settings, SIGN_UP: "invite" }, async () => {
      expect(await browser.visitProvider(signIn, account)).toBe("/settings");
    });
    expect((await browser.get("/api/account")).json).toMatchObject({
      email,
      workspaces: [{ id: stage.workspace.id, role: "viewer" }],
    });
    expect((await browser.get(stage.path)).status).toBe(200);
    expect((await events(stage.workspace.id)).at(-1)).toBe("member.joined_by_sso");
  });

  test("with an existing account once it is connected; members keep their role", async () => {
    const { account, email } = someoneAt(provider, { email: `early${next()}@early.test` });
    await new ConsoleBrowser().visitProvider(signIn, account);
    const stage = await workspaceWithDomain("early.test");
    dns.records.set(stage.record.name, [stage.record.value]);
    await stage.owner.post(`${stage.route}/verify`);
    const { id: userId } = await db().user.findUniqueOrThrow({ where: { email } });
    const members = () => db().member.findMany({ where: { workspaceId: stage.workspace.id, userId } });
    await new ConsoleBrowser().visitProvider(signIn, account);
    expect(await members()).toEqual([]);
    await stage.owner.request("PATCH", stage.route, { requireSso: true });
    await new ConsoleBrowser().visitProvider(signIn, account);
    expect(await members()).toMatchObject([{ role: "member" }]);
    await db().member.updateMany({
      where: { userId, workspaceId: stage.workspace.id },
      data: { role: "admin" },
    });
    await new ConsoleBrowser().visitProvider(signIn, account);
    expect(await members()).toMatchObject([{ role: "admin" }]);
  });

  test("suspended members stay suspended", async () => {
    const stage = await workspaceWithSso();
    const { account, email } = someoneAt(provider, { email: `s${next()}@${stage.domain}` });
    await new ConsoleBrowser().visitProvider(signIn, account);
    const { id: userId } = await db().user.findUniqueOrThrow({ where: { email } });
    await db().member.updateMany({ where: { userId }, data: { suspendedAt: new Date() } });
    const browser = new ConsoleBrowser();
    await browser.visitProvider(signIn, account);
    expect((await browser.get(stage.path)).status).toBe(404);
  });

  test("S04 not with an unverified address, or the address of an account that isn't connected", async () => {
    const stage = await workspaceWithSso();
    const { user } = await memberOf(stage);
    await db().member.deleteMany({ where: { userId: user.id } });
    for (const claims of [{ email: `u@${stage.domain}`, email_verified: false }, { email: user.email }]) {
      const { account } = someoneAt(provider, claims);
      expect(await new ConsoleBrowser().visitProvider(signIn, account)).toContain("problem=not_connected");
    }
    expect(await db().member.count({ where: { workspaceId: stage.workspace.id } })).toBe(1);
  });
});
