import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { password } from "../factories/factories";
import { Browser } from "../peers/http-client";
import { useStartedConsole } from "../processes/started-console";

const started = useStartedConsole();

test("a person signs up, signs in, is recognized, signs out and isn't recognized any more", async () => {
  const browser = started.browser();
  const email = "first@example.test";
  expect((await browser.request("/api/account")).json).toMatchObject({ error: { code: "not_signed_in" } });
  const made = await browser.post("/api/sign-up", { name: "First", email, password, workspaceName: "First" });
  expect(made.json).toEqual({ workspaceSlug: "first" });
  expect((await browser.post("/api/sign-in", { email, password })).json).toEqual({ next: null });
  expect((await browser.request("/api/account")).json).toMatchObject({
    name: "First",
    email,
    workspaces: [{ slug: "first", role: "owner" }],
  });
  const token = browser.cookies.get("keyward.session");
  await browser.post("/api/sign-out");
  expect(browser.cookies.has("keyward.session")).toBe(false);
  browser.cookies.set("keyward.session", token ?? "");
  expect((await browser.request("/api/account")).status).toBe(401);
});

test("next-auth's own client can do the same", async () => {
  const { email } = await started.signedUp();
  const browser = started.browser();
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const token = async () =>
    ((await browser.request("/api/auth/csrf")).json as { csrfToken: string }).csrfToken;
  const fields = new URLSearchParams({
    csrfToken: await token(),
    email,
    password,
    callbackUrl: `${browser.origin}/settings`,
  });
  const answer = await browser.request("/api/auth/callback/credentials", {
    method: "POST",
    headers: form,
    body: fields.toString(),
  });
  expect(answer.headers.location).toBe(`${browser.origin}/settings`);
  expect((await browser.request("/api/auth/session")).json).toEqual({
    expires: expect.any(String),
    user: { id: expect.any(String), name: "Grace", email },
  });
  await browser.request("/api/auth/signout", {
    method: "POST",
    headers: form,
    body: new URLSearchParams({ csrfToken: await token() }).toString(),
  });
  expect((await browser.request("/api/auth/session")).body).toBe("null");
});

test("S21 signing out, revoking and changing the password apply to the next request on another instance", async () => {
  const { email, browser } = await started.signedUp();
  const second = await started.another({ APP_URL: browser.origin });
  const elsewhere = () => new Browser(second.port, browser.origin);
  const [one, two] = [elsewhere(), elsewhere()];
  for (const tab of [one, two]) {
    await tab.post("/api/sign-in", { email, password });
    expect((await tab.request("/api/account")).status).toBe(200);
  }
  // The same session, used at one instance and ended at the other.
  one.moveTo(started.server().port);
  const token = one.cookies.get("keyward.session") ?? "";
  await one.post("/api/sign-out");
  one.cookies.set("keyward.session", token);
  one.moveTo(second.port);
  expect((await one.request("/api/account")).status).toBe(401);
  await browser.post("/api/account/sessions/revoke-others");
  expect((await two.request("/api/account")).status).toBe(401);
  await two.post("/api/sign-in", { email, password });
  await browser.post("/api/account/password", {
    currentPassword: password,
    newPassword: "quite another long password",
  });
  expect((await two.request("/api/account")).status).toBe(401);
  expect((await browser.request("/api/account")).status).toBe(200);
});

test("S08 guesses are counted across instances and restarts", async () => {
  const guess = (port: number) =>
    new Browser(port).post("/api/sign-in", { email: "target@example.test", password: "x".repeat(200) });
  const second = await started.another();
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    expect((await guess(started.server().port)).status).toBe(401);
    expect((await guess(second.port)).status).toBe(401);
  }
  expect(await second.stop()).toBe(0);
  const restarted = await started.another();
  const refused = await guess(restarted.port);
  expect(refused.json).toMatchObject({ error: { code: "too_many_attempts" } });
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
});

test("S54 two hundred simultaneous sign-ins are all answered, while the server keeps answering others", async () => {
  const { email } = await started.signedUp();
  // Each from a different address, so that the limit per address doesn't protect the machine.
  const attempts = Array.from({ length: 200 }, (_, index) =>
    new Browser(started.server().port).request("/api/sign-in", {
      method: "POST",
      body: { email: index % 2 ? email : `nobody-${index}@example.test`, password: "wrong" },
      headers: { "x-forwarded-for": `198.51.100.${index}` },
    }),
  );
  const health = await Promise.all(
    Array.from({ length: 20 }, () => started.browser().request("/api/health")),
  );
  const statuses = new Set((await Promise.all(attempts)).map(({ status }) => status));
  expect(health.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect([...statuses].filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
  expect((await started.browser().request("/api/ready")).status).toBe(200);
});

test("S22 with an https APP_URL every cookie is __Host-, Secure and HttpOnly, and cookies with local names are ignored", async () => {
  const { email, browser: local } = await started.signedUp();
  const origin = "https://console.example.com";
  const secrets = {
    AUTH_SECRET: randomBytes(33).toString("base64"),
    ENCRYPTION_KEYS: randomBytes(32).toString("base64"),
  };
  const deployed = await started.another({ APP_URL: origin, ...secrets });
  const browser = new Browser(deployed.port, origin);
  const answer = await browser.post("/api/sign-in", { email, password });
  expect(answer.cookies.length).toBeGreaterThan(0);
  const asked = await browser.request("/api/auth/csrf");
  for (const cookie of [...answer.cookies, ...asked.cookies])
    expect(cookie).toMatch(
      /^__Host-keyward\.[\w-]+=.*; Path=\/;.*(?=.*Secure)(?=.*HttpOnly)(?=.*SameSite=lax)/i,
    );
  for (const cookie of answer.cookies) expect(cookie).not.toMatch(/domain=/i);
  expect((await browser.request("/api/account")).status).toBe(200);
  const plain = new Browser(deployed.port, origin);
  plain.cookies.set("keyward.session", local.cookies.get("keyward.session") ?? "");
  expect((await plain.request("/api/account")).status).toBe(401);
});
