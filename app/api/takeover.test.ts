import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { User } from "@/lib/server/generated/prisma/client";
import { db } from "@/lib/server/runtime";
import { maskedAddress } from "@/lib/server/sessions/person";
import { useRuntime } from "@/tests/database/runtime";
import { makeAuthenticator } from "@/tests/factories/authenticator";
import { makeSessionCookie, makeWorkspace, password } from "@/tests/factories/factories";
import { linkIn } from "@/tests/peers/kept-mail";
import { keptMails } from "@/tests/peers/mailbox";
import { startOpenIdProvider } from "@/tests/peers/openid-provider";
import { ConsoleBrowser, someoneAt } from "@/tests/processes/console-browser";
import { consoleOrigin } from "@/tests/processes/console-routes";

const provider = await startOpenIdProvider([consoleOrigin]);
afterAll(() => provider.close());
useRuntime(provider.settings);

const signIn = "/api/sign-in/providers/oidc";
const newPassword = "quite another long password";
// The first request loads all modules, which must not count toward a test's time limit.
beforeAll(async () => void (await new ConsoleBrowser().visitProvider(signIn, someoneAt(provider).account)));

const tokenIn = (mail: string | undefined, page: string) =>
  new URL(linkIn(mail, page), consoleOrigin).searchParams.get("token");
const mailedToken = async (email: string, page: string) => tokenIn((await keptMails(email)).at(-1), page);

async function browserOf(user: User): Promise<ConsoleBrowser> {
  const browser = new ConsoleBrowser();
  browser.cookies.set("keyward.session", (await makeSessionCookie(user)).split("=")[1] ?? "");
  return browser;
}

/** A stranger's account with every sign-in method, set up before the address was verified. */
async function strangersAccount() {
  const { owner } = await makeWorkspace();
  const browser = await browserOf(owner);
  const { account } = someoneAt(provider);
  await browser.visitProvider("/api/account/connected-accounts/oidc", account);
  const userId = owner.id;
  await makeAuthenticator(userId);
  const passkey = { publicKey: new Uint8Array(1), counter: 0, transports: [], backedUp: false };
  await db().passkey.create({
    data: { id: `pk_${userId}`, credentialId: userId, userId, name: "Stranger", ...passkey },
  });
  return { owner, userId, browser, account };
}

async function reset(email: string): Promise<void> {
  const browser = new ConsoleBrowser();
  await browser.post("/api/forgot-password", { email });
  const token = await mailedToken(email, "reset-password");
  expect((await browser.post("/api/reset-password", { token, password: newPassword })).status).toBe(200);
}

describe("S03 S68 a mailed link verifies an address only for the signed-in account", () => {
  test.each(["change_email", "verify_email"] as const)("%s", async (purpose) => {
    const { owner, userId, browser } = await strangersAccount();
    const victim = purpose === "change_email" ? `victim-${userId}@example.test` : (owner.email ?? "");
    if (purpose === "change_email") await browser.post("/api/account/email", { email: victim });
    else await browser.post("/api/account/verify-email");
    const token = await mailedToken(victim, "verify-email");

    const signedOut = new ConsoleBrowser();
    const another = await browserOf((await makeWorkspace()).owner);
    const halfSignedIn = new ConsoleBrowser();
    await halfSignedIn.post("/api/sign-in", { email: owner.email, password });
    const pressers = [
      { presser: signedOut, code: "not_signed_in" },
      { presser: another, code: "insufficient_permissions" },
      { presser: halfSignedIn, code: "not_signed_in" },
    ];
    for (const { presser, code } of pressers) {
      expect((await presser.post("/api/verify-email", { token })).json).toMatchObject({ error: { code } });
      expect(await db().user.findUnique({ where: { id: userId } })).toMatchObject({
        email: owner.email,
        emailVerifiedAt: null,
      });
    }
    expect((await browser.post("/api/verify-email", { token })).status).toBe(200);
    expect(await db().user.findUnique({ where: { id: userId } })).toMatchObject({
      email: victim,
      emailVerifiedAt: expect.any(Date),
    });
  });
});

test("S03 S68 a reset that verifies the address removes everything set up before", async () => {
  const { owner, userId, browser, account } = await strangersAccount();
  await browser.post("/api/account/email", { email: `next-${userId}@example.test` });
  const pending = await mailedToken(`next-${userId}@example.test`, "verify-email");
  await db().device.create({ data: { userId, tokenHash: new Uint8Array(32) } });
  await reset(owner.email ?? "");
  const where = { userId };
  expect([
    await db().account.count({ where }),
    await db().passkey.count({ where }),
    await db().totpFactor.count({ where }),
    await db().recoveryCode.count({ where }),
    await db().session.count({ where }),
    await db().device.count({ where }),
    await db().mailedLink.count({ where: { ...where, usedAt: null } }),
  ]).toEqual([0, 0, 0, 0, 0, 0, 0]);
  const stranger = new ConsoleBrowser();
  await stranger.visitProvider(signIn, account);
  expect((await stranger.get("/api/account")).json).not.toMatchObject({ userId });
  const back = new ConsoleBrowser();
  expect((await back.post("/api/sign-in", { email: owner.email, password: newPassword })).json).toEqual({
    next: null,
  });
  expect((await back.post("/api/verify-email", { token: pending })).status).toBe(410);
});

test("S09 S68 a reset of a verified address keeps what its owner set up, except unfinished setups", async () => {
  const { owner, userId, browser, account } = await strangersAccount();
  await browser.post("/api/account/verify-email");
  const token = await mailedToken(owner.email ?? "", "verify-email");
  expect((await browser.post("/api/verify-email", { token })).status).toBe(200);
  await reset(owner.email ?? "");
  expect(await new ConsoleBrowser().visitProvider(signIn, account)).toContain("/sign-in/verify");
  const back = new ConsoleBrowser();
  expect((await back.post("/api/sign-in", { email: owner.email, password: newPassword })).json).toEqual({
    next: "/sign-in/verify",
  });
  await db().totpFactor.update({ where: { userId }, data: { confirmedAt: null } });
  await reset(owner.email ?? "");
  expect(await db().totpFactor.count({ where: { userId } })).toBe(0);
  expect(await db().passkey.count({ where: { userId } })).toBe(1);
});

test("S68 the mail to a new address names the account, masked", async () => {
  const { userId, owner, browser } = await strangersAccount();
  await browser.post("/api/account/email", { email: `victim-${userId}@example.test` });
  const mail = (await keptMails(`victim-${userId}@example.test`)).join();
  expect(mail).toContain(maskedAddress(owner.email ?? ""));
  expect(mail).not.toContain(owner.email);
  expect(["ada@a.test", "a@a.test"].map(maskedAddress)).toEqual(["a•••@a.test", "•••@a.test"]);
});
