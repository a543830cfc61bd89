import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Account, AccountDeletion } from "@/lib/contracts/account";
import type { MemberView } from "@/lib/contracts/workspaces";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace, memberActor, password } from "@/tests/factories/factories";
import { startOpenIdProvider } from "@/tests/peers/openid-provider";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { ConsoleBrowser, someoneAt } from "@/tests/processes/console-browser";
import { consoleOrigin, findConsoleRoutes } from "@/tests/processes/console-routes";

const provider = await startOpenIdProvider([consoleOrigin]);
afterAll(() => provider.close());
useRuntime(provider.settings);

const signIn = "/api/sign-in/providers/oidc";
const connect = "/api/account/connected-accounts/oidc";
const confirm = "/api/account/reauthenticate/oidc";
// The first request loads all modules, which must not count toward a test's time limit.
beforeAll(async () => void (await new ConsoleBrowser().visitProvider(signIn, someoneAt(provider).account)));

let count = 0;
const next = () => {
  count += 1;
  return count;
};

/** A workspace that requires single sign-on for its domain, with an owner who is signed in. */
async function workspaceWithSso() {
  const { workspace, owner } = await makeWorkspace();
  const domain = `corp${next()}.test`;
  const data = { workspaceId: workspace.id, domain, provenDomain: domain, token: "t", requireSso: true };
  await db().workspaceDomain.create({ data: { id: `dom_${workspace.id}`, ...data } });
  const browser = new ConsoleBrowser();
  await browser.post("/api/sign-in", { email: owner.email, password });
  return { workspace, owner, domain, browser, path: `/api/workspaces/${workspace.slug}` };
}
type Stage = Awaited<ReturnType<typeof workspaceWithSso>>;

/** A person with a personal address and a password. */
async function someoneWithPassword() {
  const { owner } = await makeWorkspace();
  const browser = new ConsoleBrowser();
  await browser.post("/api/sign-in", { email: owner.email, password });
  return { email: owner.email ?? "", userId: owner.id, browser };
}

/** The same, once they have connected an identity of the domain and were joined by it. */
async function joinedByIdentity(stage: Stage) {
  const person = await someoneWithPassword();
  const { account, email: corporate } = someoneAt(provider, { email: `g${next()}@${stage.domain}` });
  await person.browser.visitProvider(connect, account);
  const signedOn = new ConsoleBrowser();
  await signedOn.visitProvider(signIn, account);
  expect((await signedOn.get(stage.path)).status).toBe(200);
  return { ...person, account, corporate, signedOn };
}

async function byPassword(email: string): Promise<ConsoleBrowser> {
  const browser = new ConsoleBrowser();
  await browser.post("/api/sign-in", { email, password });
  return browser;
}

const mayOpen = async (browser: ConsoleBrowser, { path }: Stage) => {
  const answer = await browser.get(path);
  if (answer.status === 200) return true;
  expect(answer.json).toMatchObject({ error: { code: "single_sign_on_required" } });
  return false;
};

describe("S66 a member who joined by single sign-on must use it", () => {
  test("with a personal address, not by password or in an earlier session", async () => {
    const stage = await workspaceWithSso();
    const { email, browser, signedOn, account } = await joinedByIdentity(stage);
    expect(await mayOpen(await byPassword(email), stage)).toBe(false);
    expect(await mayOpen(signedOn, stage)).toBe(true);
    await browser.visitProvider(confirm, account);
    expect(await mayOpen(browser, stage)).toBe(true);
  });

  test("after changing the address", async () => {
    const stage = await workspaceWithSso();
    const { email, userId } = await joinedByIdentity(stage);
    for (const to of [`elsewhere${next()}@home.test`, `x${next()}@${stage.domain}`, email]) {
      await db().user.update({ where: { id: userId }, data: { email: to } });
      expect(await mayOpen(await byPassword(to), stage), to).toBe(false);
    }
  });

  test("after disconnecting the identity, until it is connected again", async () => {
    const stage = await workspaceWithSso();
    const { signedOn, account } = await joinedByIdentity(stage);
    expect((await signedOn.request("DELETE", connect)).status).toBe(200);
    expect(await mayOpen(signedOn, stage)).toBe(false);

    const another = someoneAt(provider, { email: `other${next()}@${stage.domain}` }).account;
    signedOn.atProvider.forget();
    await signedOn.visitProvider(connect, another);
    expect(await mayOpen(signedOn, stage)).toBe(false);

    await signedOn.request("DELETE", connect);
    signedOn.atProvider.forget();
    await signedOn.visitProvider(connect, account);
    expect(await mayOpen(signedOn, stage)).toBe(true);
  });

  test("after the provider moves the identity to another domain", async () => {
    const stage = await workspaceWithSso();
    const { account, signedOn } = await joinedByIdentity(stage);
    provider.accounts.set(account, { email: `left${next()}@elsewhere.test`, email_verified: true });
    const later = new ConsoleBrowser();
    await later.visitProvider(signIn, account);
    expect(await mayOpen(later, stage)).toBe(false);
    expect(await mayOpen(signedOn, stage)).toBe(true);
  });

  test("after also accepting an invitation to a personal address", async () => {
    const stage = await workspaceWithSso();
    const { email } = await joinedByIdentity(stage);
    const invited = await stage.browser.post(`${stage.path}/invitations`, { email, role: "admin" });
    const token = (invited.json as { link: string }).link.split("/").at(-1);
    const browser = await byPassword(email);
    await browser.post("/api/invitations/accept", { token });
    expect(await mayOpen(browser, stage)).toBe(false);
  });

  test("with any identity of the domain once the server uses another provider", async () => {
    const stage = await workspaceWithSso();
    const { browser, userId } = await joinedByIdentity(stage);
    const successor = await startOpenIdProvider([consoleOrigin]);
    try {
      await withAnotherRuntime(successor.settings, async () => {
        const { account } = someoneAt(successor, { email: `new${next()}@${stage.domain}` });
        await db().$executeRaw`UPDATE sessions SET authenticated_at = now() WHERE user_id = ${userId}`;
        await browser.visitProvider(connect, account);
        expect(await mayOpen(browser, stage)).toBe(true);
      });
    } finally {
      await successor.close();
    }
  });

  test("as long as the workspace requires it for the domain", async () => {
    const stage = await workspaceWithSso();
    const { email } = await joinedByIdentity(stage);
    const browser = await byPassword(email);
    const route = `${stage.path}/domains/dom_${stage.workspace.id}`;
    await stage.browser.request("PATCH", route, { requireSso: false });
    expect(await mayOpen(browser, stage)).toBe(true);
    await stage.browser.request("PATCH", route, { requireSso: true });
    expect(await mayOpen(browser, stage)).toBe(false);
  });
});

test("S66 admins see each member's single sign-on identity, in the list and in the audit log", async () => {
  const stage = await workspaceWithSso();
  const { userId, account, corporate } = await joinedByIdentity(stage);
  const { members } = (await stage.browser.get(`${stage.path}/members`)).json as { members: MemberView[] };
  const joinedBySso = { domain: stage.domain, account: corporate, subject: account };
  expect(members).toMatchObject([{ joinedBySso: null }, { userId, joinedBySso }]);
  expect(members[1]?.joinedBySso?.issuer).toBe(new URL(provider.issuer).href);
  const { events } = (await stage.browser.get(`${stage.path}/audit-events`)).json as {
    events: { action: string; details: unknown }[];
  };
  expect(events.find(({ action }) => action === "member.joined_by_sso")?.details).toMatchObject({
    domain: stage.domain,
    account: corporate,
    subject: account,
  });
});

describe("S66 a session without single sign-on can't open the workspace anywhere", () => {
  test("deleting the account shows none of its members or keys, and transfers none", async () => {
    const stage = await workspaceWithSso();
    const { email, userId, signedOn } = await joinedByIdentity(stage);
    const member = await db().user.findUniqueOrThrow({ where: { id: userId } });
    const { key } = await makeKey(memberActor(stage.workspace, member, "member"), { name: "payroll" });
    const preview = async (browser: ConsoleBrowser) =>
      ((await browser.get("/api/account/deletion")).json as AccountDeletion).left;
    expect(await preview(signedOn)).toMatchObject([
      { closed: false, keys: [{ id: key.id }], newOwners: [{ userId: stage.owner.id }] },
    ]);

    const browser = await byPassword(email);
    expect(await preview(browser)).toMatchObject([{ closed: true, keys: [], newOwners: [] }]);
    const [{ id: own } = { id: "" }] = await db().workspace.findMany({
      where: { members: { every: { userId } } },
    });
    const transfers = [{ workspaceId: stage.workspace.id, keyId: key.id, userId: stage.owner.id }];
    const body = { email, deletedWorkspaces: [own], transfers };
    expect((await browser.post("/api/account/deletion", body)).status).toBe(400);
    expect((await browser.post("/api/account/deletion", { ...body, transfers: [] })).status).toBe(200);
    expect(await db().apiKey.findUniqueOrThrow({ where: { id: key.id } })).toMatchObject({
      revokedAt: expect.any(Date),
    });
  });

  test("the list of workspaces shows why it is closed", async () => {
    const stage = await workspaceWithSso();
    const { email, signedOn } = await joinedByIdentity(stage);
    const closedBy = async (browser: ConsoleBrowser) =>
      ((await browser.get("/api/account")).json as Account).workspaces.find(
        ({ id }) => id === stage.workspace.id,
      )?.closedBy;
    expect(await closedBy(await byPassword(email))).toBe("single_sign_on_required");
    expect(await closedBy(signedOn)).toBeNull();
  });

  test("pictures of its members are not shown", async () => {
    const stage = await workspaceWithSso();
    const { email, signedOn } = await joinedByIdentity(stage);
    const picture = { userId: stage.owner.id, version: "v", webp: Uint8Array.from([1]) };
    await db().userPicture.create({ data: picture });
    const route = `/api/users/${stage.owner.id}/picture`;
    expect((await signedOn.get(route)).status).toBe(200);
    expect((await (await byPassword(email)).get(route)).status).toBe(404);
  });

  test("no route reveals anything but its name and slug", async () => {
    const stage = await workspaceWithSso();
    const { email, userId } = await joinedByIdentity(stage);
    const { user: colleague, actor } = await makeMember(stage.workspace, "member");
    const { key } = await makeKey(actor, { name: "the key of a colleague" });
    const secrets = [stage.owner.email, stage.owner.id, colleague.email, colleague.id, key.id, key.name];
    const browser = await byPassword(email);
    const ids: Record<string, string> = {
      workspace: stage.workspace.slug,
      userId: colleague.id,
      keyId: key.id,
      provider: "oidc",
    };
    let closed = 0;
    for (const { pattern, methods } of await findConsoleRoutes()) {
      if (!methods.includes("GET") || pattern.includes("[...")) continue;
      const target = pattern.replace(/\[(\w+)\]/g, (_, name: string) => ids[name] ?? userId);
      const answer = await browser.get(target);
      if (pattern.startsWith("/api/workspaces/[")) {
        expect([answer.status, answer.body], target).toEqual([
          403,
          expect.stringContaining("single_sign_on_required"),
        ]);
        closed += 1;
      }
      for (const secret of secrets) expect(answer.body, target).not.toContain(secret);
    }
    expect(closed).toBeGreaterThan(10);
  });
});
