import { randomBytes } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import type { CreatedApiKey } from "@/lib/contracts/api-keys";
import { password } from "../factories/factories";
import { Browser, sendHttp } from "../peers/http-client";
import { useStartedConsole } from "../processes/started-console";
import type { StartedServer } from "../processes/started-server";

const started = useStartedConsole();
let deployed: StartedServer;
let browser: Browser;
let account: { email: string; slug: string };

// A person created by the operator.
beforeAll(async () => {
  account = await started.signedUp();
  const settings = {
    APP_URL: "https://console.example.com",
    AUTH_SECRET: randomBytes(33).toString("base64"),
  };
  deployed = await started.another(settings);
  browser = new Browser(deployed.port, settings.APP_URL);
  expect((await browser.post("/api/sign-in", { email: account.email, password })).status).toBe(200);
});

test("a deployment without SMTP_URL says at start what isn't available", async () => {
  await deployed.printed(/SMTP_URL is not set: sign-up is closed, no mail is sent/);
  // The last line of a start.
  expect(await started.server().printed(/Keyward is at/)).not.toContain("SMTP_URL");
});

test("a deployment without SMTP_URL can sign people in, create keys and decide", async () => {
  const workspace = `/api/workspaces/${account.slug}`;
  const enabled = await browser.request(`${workspace}/api-access`, {
    method: "PUT",
    body: { enabled: true },
  });
  expect(enabled.status).toBe(200);
  const made = await browser.post(`${workspace}/api-keys`, {
    name: "without mail",
    permissionLevel: "read_only",
    expiresInDays: 90,
  });
  const { secret } = made.json as CreatedApiKey;
  const answer = await sendHttp(deployed.port, "/api/public/v1/me", { headers: { "x-api-key": secret } });
  expect(answer.status).toBe(200);
});

test("a deployment without SMTP_URL says so on every page where a person would wait for a mail", async () => {
  const email = "someone-new@example.test";
  const asked: [string, object][] = [
    ["/api/sign-up/request", { email, name: "New", workspaceName: "New" }],
    ["/api/sign-up", { email, name: "New", workspaceName: "New", password }],
    ["/api/forgot-password", { email: account.email }],
    ["/api/forgot-password", { email }],
    ["/api/account/email", { email }],
    ["/api/account/verify-email", {}],
    ["/api/account/two-step/email-codes", {}],
  ];
  for (const [path, body] of asked) {
    const answer = await browser.post(path, body);
    const { error } = answer.json as { error: { code: string; message: string } };
    expect([path, answer.status, error.code]).toEqual([path, 503, "unavailable"]);
    expect(error.message).toMatch(/^This server sends no email/);
  }
});

test("a deployment without SMTP_URL shows the invitation link to the person who invites", async () => {
  const invited = await browser.post(`/api/workspaces/${account.slug}/invitations`, {
    email: "colleague@example.test",
    role: "member",
  });
  expect(invited.status).toBe(201);
  const { link } = invited.json as { link: string };
  expect(link).toMatch(/^https:\/\/console\.example\.com\/invitations\/./);
  expect((await browser.request(new URL(link).pathname, { headers: { accept: "text/html" } })).status).toBe(
    200,
  );
});
