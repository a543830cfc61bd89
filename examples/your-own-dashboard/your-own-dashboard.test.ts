import { afterAll, beforeAll, expect, test } from "vitest";
import { db } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { startDocumentApi } from "@/tests/peers/document-api";
import { refusedExample } from "@/tests/peers/example";
import {
  type FormsBrowser,
  formsOf,
  type Page,
  secretOn,
  startOwnDashboard,
} from "@/tests/peers/own-dashboard";
import { sendRaw, useKeyApiServer } from "@/tests/processes/key-api-server";
import { freePort } from "@/tests/processes/started-server";

const serviceToken = "a-service-token-of-a-test";
useRuntime({ SERVICE_TOKEN: serviceToken });
const keyward = useKeyApiServer();
const protectedBy = () => ({ KEYWARD_URL: keyward.origin(), KEYWARD_SERVICE_TOKEN: serviceToken });
let dashboard: Awaited<ReturnType<typeof startOwnDashboard>>;
let api: Awaited<ReturnType<typeof startDocumentApi>>;
beforeAll(async () => {
  dashboard = await startOwnDashboard(protectedBy());
  api = await startDocumentApi({ PROTECTED_BY: "sdk", ...protectedBy() });
});
afterAll(async () => {
  await dashboard.stop();
  await api.stop();
});

async function signedIn(user: string): Promise<FormsBrowser> {
  const browser = dashboard.open();
  expect((await browser.signIn(user)).text).toContain("API keys");
  return browser;
}

async function createKey(browser: FormsBrowser, name: string, more: Record<string, string> = {}) {
  const page = await browser.submit(await browser.open("/"), "/keys", { name, ...more });
  expect(page.status, page.text).toBe(200);
  return { page, secret: secretOn(page), id: await idOf(name) };
}

/** The newest key of this name. */
async function idOf(name: string): Promise<string> {
  return (await db().apiKey.findFirstOrThrow({ where: { name }, orderBy: { id: "desc" } })).id;
}

/** What the company's API answers to the key: a status, and Keyward's code for a denied one. */
async function called(secret: string): Promise<number | string> {
  const { status, json } = await sendRaw(api.port, "/v1/files", { headers: { "x-api-key": secret } });
  return status === 200 ? 200 : `${status} ${(json as { error: { code: string } }).error.code}`;
}

const rowOf = (page: Page, name: string) =>
  page.html.split("<tr>").find((row) => row.includes(`<td>${name}</td>`)) ?? "";

test("a user creates a key, calls the API with it, rotates it and finishes the rotation", async () => {
  const browser = await signedIn("user-1");
  const { secret: old, page, id } = await createKey(browser, "nightly", { expires_in_days: "" });
  expect(page.headers.get("cache-control")).toBe("no-store");
  expect(await called(old)).toBe(200);
  const list = await browser.open("/");
  expect(rowOf(list, "nightly")).toContain(`${old.slice(0, 10)}…${old.slice(-4)}`);
  expect(list.html).not.toContain(old);

  const rotated = await browser.submit(list, `/keys/${id}/rotate`, { overlap_seconds: "" });
  expect(rotated.text).toContain("until you finish the rotation");
  const next = secretOn(rotated);
  expect([await called(old), await called(next)]).toEqual([200, 200]);
  const both = await browser.open("/");
  expect(both.text).toMatch(/being replaced/);
  const finished = await browser.submit(both, `/keys/${id}/revoke`);
  expect(finished.text).toContain("The key is revoked.");
  expect(finished.html.split("<td>nightly</td>")).toHaveLength(2);
  expect([await called(old), await called(next)]).toEqual(["401 revoked_key", 200]);
});

test("a rotation is canceled, but only on request once the new key is in use", async () => {
  const browser = await signedIn("user-1");
  const { secret: old, id } = await createKey(browser, "canceled");
  const rotate = async () => secretOn(await browser.submit(await browser.open("/"), `/keys/${id}/rotate`));
  const unused = await rotate();
  const canceled = await browser.submit(await browser.open("/"), `/keys/${id}/cancel`);
  expect(canceled.text).toContain("The rotation is canceled.");
  expect([await called(old), await called(unused)]).toEqual([200, "401 revoked_key"]);

  const used = await rotate();
  expect(await called(used)).toBe(200);
  const list = await browser.open("/");
  const refused = await browser.submit(list, `/keys/${id}/cancel`);
  expect([refused.status, refused.text]).toEqual([409, expect.stringContaining("was used")]);
  expect(rowOf(list, "canceled")).toMatch(/name="force"/);
  await browser.submit(list, `/keys/${id}/cancel`, { force: "on" });
  expect([await called(old), await called(used)]).toEqual([200, "401 revoked_key"]);
});

test("a user sees and changes only keys of their own, though the service token opens all of the customer's", async () => {
  const one = await signedIn("user-1");
  const two = await signedIn("user-2");
  const mine = await createKey(one, "of user one");
  const theirs = await createKey(two, "of user two");
  const list = await two.open("/");
  expect([list.text.includes("of user two"), list.text.includes("of user one")]).toEqual([true, false]);
  const fields = formsOf(list)[0]?.fields as Record<string, string>;
  for (const action of ["rotate", "cancel", "revoke"]) {
    const sent = { ...fields, overlap_seconds: "0", once: "guess" };
    const answer = await two.post(`/keys/${mine.id}/${action}`, sent);
    const unknown = await two.post(`/keys/key_unknown/${action}`, sent);
    expect([answer.status, answer.html]).toEqual([404, unknown.html]);
  }
  expect((await two.post(`/keys/..%2F..%2Fws/revoke`, fields)).status).toBe(404);
  expect([await called(mine.secret), await called(theirs.secret)]).toEqual([200, 200]);
  const row = await db().apiKey.findUniqueOrThrow({ where: { id: mine.id } });
  expect(row).toMatchObject({ revokedAt: null, rotatedToId: null });

  // An admin gives the new key of a rotation to another member: canceling would revoke it.
  await one.submit(await one.open("/"), `/keys/${mine.id}/rotate`, { overlap_seconds: "" });
  const { ownerId } = await db().apiKey.findUniqueOrThrow({ where: { id: theirs.id } });
  const successor = await idOf("of user one");
  await db().apiKey.update({ where: { id: successor }, data: { ownerId } });
  const { fields: own = {} } = formsOf(await one.open("/"))[0] ?? {};
  expect((await one.post(`/keys/${mine.id}/cancel`, { ...own, force: "on" })).status).toBe(404);
  expect(await db().apiKey.findUniqueOrThrow({ where: { id: successor } })).toMatchObject({
    revokedAt: null,
  });
});

test("the key belongs to the customer's workspace and to the user's member, by the company's ids", async () => {
  await createKey(await signedIn("user-2"), "with ids", {
    expires_in_days: "",
    permission_level: "read_write",
  });
  const key = await db().apiKey.findFirstOrThrow({
    where: { name: "with ids" },
    include: { workspace: true },
  });
  expect(key).toMatchObject({
    ...{ metadata: { plan: "pro", created_in: "dashboard" }, expiresAt: null, permissionLevel: "read_write" },
    workspace: { externalId: "customer-1", name: "First customer" },
  });
  const members = await db().member.findMany({
    where: { workspaceId: key.workspaceId },
    orderBy: { externalId: "asc" },
  });
  expect(members.map(({ externalId, role }) => [externalId, role])).toEqual([
    ["user-1", "member"],
    ["user-2", "member"],
  ]);
  expect(members[1]?.userId).toBe(key.ownerId);
  // An operator's decision outlives the next sign-in.
  await db().workspace.update({ where: { id: key.workspaceId }, data: { apiAccess: false } });
  await signedIn("user-2");
  const { apiAccess } = await db().workspace.findUniqueOrThrow({ where: { id: key.workspaceId } });
  expect(apiAccess).toBe(false);
  await db().workspace.update({ where: { id: key.workspaceId }, data: { apiAccess: true } });
});

test("reloading the page with the secret creates no second key, and Keyward's errors are shown in words", async () => {
  const browser = await signedIn("user-1");
  const list = await browser.open("/");
  const sent = { name: "reloaded" };
  expect((await browser.submit(list, "/keys", sent)).status).toBe(200);
  const again = await browser.submit(list, "/keys", sent);
  expect([again.status, again.text]).toEqual([409, expect.stringContaining(await idOf("reloaded"))]);
  expect(await db().apiKey.count({ where: { name: "reloaded" } })).toBe(1);

  for (const [fields, reason] of [
    [{ name: " " }, /name/i],
    [{ name: "a", expires_in_days: "soon" }, /number|days/i],
    [{ name: "a", permission_level: "all" }, /read_only/],
  ] as const) {
    const refused = await browser.submit(await browser.open("/"), "/keys", fields);
    expect([refused.status, refused.text]).toEqual([400, expect.stringMatching(reason)]);
  }
  expect((await browser.submit(list, "/keys", { name: "x".repeat(20_000) })).status).toBe(413);
  const { id } = await createKey(browser, '<script>alert("x")</script>');
  const named = await browser.open("/");
  expect(named.html).not.toContain("<script>");
  await browser.submit(named, `/keys/${id}/revoke`);
});

test("forms of other sites and of other sessions are refused, and signing out ends the session", async () => {
  const browser = await signedIn("user-1");
  const list = await browser.open("/");
  const fields = { ...formsOf(list).find(({ action }) => action === "/keys")?.fields, name: "forged" };
  for (const origin of ["https://evil.example", "null", null])
    expect((await browser.post("/keys", fields, origin)).status, String(origin)).toBe(403);
  const other = await signedIn("user-2");
  for (const form_token of ["", "x", formsOf(await other.open("/"))[0]?.fields.form_token ?? ""])
    expect((await browser.post("/keys", { ...fields, form_token })).status).toBe(403);
  const stranger = dashboard.open();
  const signIn = { user: "user-1", password: "a-password-of-a-test" };
  expect((await stranger.post("/sign-in", signIn, "https://evil.example")).status).toBe(403);
  expect((await stranger.signIn("user-1", "wrong")).status).toBe(401);
  expect((await stranger.signIn("user-3")).status).toBe(401);
  expect((await stranger.post("/keys", fields)).text).toContain("Sign in");
  expect(await db().apiKey.count({ where: { name: "forged" } })).toBe(0);

  const { cookie } = browser;
  await browser.submit(list, "/sign-out");
  browser.cookie = cookie;
  expect((await browser.open("/")).text).toContain("Sign in");
});

test("over https the cookie is Secure, and pages forbid frames, scripts and caches", async () => {
  const secure = await startOwnDashboard({ ...protectedBy(), APP_URL: "https://dashboard.example.com" });
  const browser = secure.open();
  const page = await browser.signIn("user-1");
  expect(browser.cookie).toMatch(/^__Host-session=/);
  expect(page.headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  expect(page.headers.get("cache-control")).toBe("no-store");
  await secure.stop();
});

test("while Keyward is away or refuses the service token, pages say so and the log says why", async () => {
  const broken: [{ KEYWARD_URL: string; KEYWARD_SERVICE_TOKEN: string }, RegExp][] = [
    [{ ...protectedBy(), KEYWARD_URL: `http://127.0.0.1:${await freePort()}` }, /ECONNREFUSED/],
    [{ ...protectedBy(), KEYWARD_SERVICE_TOKEN: "an-old-service-token" }, /invalid_key/],
  ];
  for (const [settings, reason] of broken) {
    const away = await startOwnDashboard(settings);
    const page = await away.open().signIn("user-1");
    expect([page.status, page.text]).toEqual([
      503,
      expect.stringContaining("can&#39;t be managed at the moment"),
    ]);
    await away.stop();
    const output = await away.output();
    expect(output).toMatch(reason);
    expect(output).not.toContain(settings.KEYWARD_SERVICE_TOKEN);
  }
});

test("it doesn't start without an address and a service token", async () => {
  const name = "your-own-dashboard";
  expect(await refusedExample(name, {})).toEqual([1, expect.stringMatching(/KEYWARD_URL/)]);
  const url = { KEYWARD_URL: "http://localhost:3000" };
  expect(await refusedExample(name, url)).toEqual([1, expect.stringMatching(/KEYWARD_SERVICE_TOKEN/)]);
});
