import { describe, expect, test } from "vitest";
import { db, runtime } from "@/lib/server/runtime";
import type { Person } from "@/lib/server/sessions/person";
import { useRuntime } from "@/tests/database/runtime";
import { makeAuthenticator, makeOwingCookie, newCookie } from "@/tests/factories/authenticator";
import { makeMember, makeSessionCookie, makeWorkspace, password } from "@/tests/factories/factories";
import { keptMails } from "@/tests/peers/mailbox";
import { type Answer, callConsole } from "@/tests/processes/console-routes";

useRuntime();

const emailCodes = "/api/account/two-step/email-codes";

async function makeVerified(): Promise<{ user: Person; cookie: string }> {
  const { owner: user } = await makeWorkspace();
  await db().user.update({ where: { id: user.id }, data: { emailVerifiedAt: new Date() } });
  return { user, cookie: await makeSessionCookie(user) };
}

/** A person whose sign-in takes a code by mail, and whose browser owes it. */
async function makePerson(): Promise<{ user: Person; cookie: string; owing: string }> {
  const person = await makeVerified();
  await callConsole("POST", emailCodes, { cookie: person.cookie });
  return { ...person, owing: await makeOwingCookie(person.user.id) };
}

const askForCode = (cookie: string) => callConsole("POST", "/api/sign-in/verify/email", { cookie });

/** The code mailed last. */
async function codeOf(user: Person): Promise<string> {
  const mail = (await keptMails(user.email)).findLast((one) => one.includes("Subject: Your sign-in code"));
  const [, first = "", second = ""] = /Your code is (\d{3}) (\d{3})\./.exec(mail ?? "") ?? [];
  return first + second;
}

let addresses = 0;
function verify(cookie: string, body: Record<string, unknown>): Promise<Answer> {
  const headers = { "x-keyward-client-ip": `198.51.100.${++addresses % 250}` };
  return callConsole("POST", "/api/sign-in/verify", { cookie, body, headers });
}

const wrong = { error: { code: "incorrect_code" } };
const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

describe("email codes", () => {
  test("can be turned on for a verified address, with recovery codes, an event, and a mail, and off again", async () => {
    const { owner } = await makeWorkspace();
    const cookie = await makeSessionCookie(owner);
    expect((await callConsole("POST", emailCodes, { cookie })).json).toMatchObject({
      error: { code: "conflict", message: expect.stringContaining("Verify your email address first") },
    });
    await db().user.update({ where: { id: owner.id }, data: { emailVerifiedAt: new Date() } });
    const on = await callConsole("POST", emailCodes, { cookie });
    expect(on.status).toBe(201);
    expect((on.json as { recoveryCodes: string[] }).recoveryCodes).toHaveLength(10);
    expect((await callConsole("POST", emailCodes, { cookie })).json).toMatchObject({
      error: { message: "Email codes are already on." },
    });
    const state = async () => (await callConsole("GET", "/api/account/two-step", { cookie })).json;
    expect(await state()).toEqual({
      authenticator: false,
      passkeys: 0,
      emailCodes: true,
      recoveryCodesLeft: 10,
    });
    expect((await callConsole("DELETE", emailCodes, { cookie })).status).toBe(200);
    expect((await callConsole("DELETE", emailCodes, { cookie })).status).toBe(409);
    expect(await state()).toMatchObject({ emailCodes: false, recoveryCodesLeft: 0 });
    const events = await db().auditEvent.findMany({ where: { actorId: owner.id }, orderBy: { id: "asc" } });
    expect(events.map(({ action }) => action).slice(-2)).toEqual([
      "account.email_codes_turned_on",
      "account.email_codes_turned_off",
    ]);
    const mails = (await keptMails(owner.email)).join();
    for (const what of ["on", "off"]) expect(mails).toContain(`email codes were turned ${what}`);
  });

  test("S18 change only with a recent confirmation of identity", async () => {
    const { user, cookie } = await makeVerified();
    await db()
      .$executeRaw`UPDATE sessions SET authenticated_at = now() - interval '1 hour' WHERE user_id = ${user.id}`;
    for (const method of ["POST", "DELETE"])
      expect((await callConsole(method, emailCodes, { cookie })).json).toMatchObject({
        error: { code: "reauthentication_required" },
      });
  });

  test("are sent only if turned on and needed", async () => {
    const { user, cookie } = await makeVerified();
    await makeAuthenticator(user.id);
    expect((await askForCode(await makeOwingCookie(user.id))).status).toBe(409);
    expect((await askForCode(cookie)).status).toBe(409);
    expect(await codeOf(user)).toBe("");
  });

  test("satisfy a workspace that requires two-step verification", async () => {
    const { workspace } = await makeWorkspace();
    await db().workspace.update({ where: { id: workspace.id }, data: { requireTwoStep: true } });
    const { user } = await makeMember(workspace, "member");
    await db().user.update({ where: { id: user.id }, data: { emailVerifiedAt: new Date() } });
    const cookie = await makeSessionCookie(user);
    const open = () => callConsole("GET", `/api/workspaces/${workspace.slug}`, { cookie });
    expect((await open()).status).toBe(403);
    await callConsole("POST", emailCodes, { cookie });
    expect((await open()).status).toBe(200);
  });
});

describe("S15 an email code", () => {
  test("is requested after the password, mailed, and works once", async () => {
    const { user } = await makePerson();
    const begun = await callConsole("POST", "/api/sign-in", { body: { email: user.email, password } });
    expect(begun.json).toEqual({ next: "/sign-in/verify" });
    const owing = newCookie(begun.headers) ?? "";
    const asked = await askForCode(owing);
    expect([asked.status, asked.body]).toEqual([202, "{}"]);
    const emailCode = await codeOf(user);
    expect(emailCode).toMatch(/^\d{6}$/);
    const passed = await verify(owing, { emailCode: ` ${emailCode.slice(0, 3)} ${emailCode.slice(3)} ` });
    expect(passed.status, passed.body).toBe(200);
    const cookie = newCookie(passed.headers);
    expect((await callConsole("GET", "/api/account", { cookie })).status).toBe(200);
    const again = await makeOwingCookie(user.id);
    await askForCode(again);
    expect((await verify(again, { emailCode })).json).toMatchObject(wrong);
  });

  test("that was mailed before AUTH_SECRET was replaced works while the previous one is accepted", async () => {
    const server = runtime();
    const mailedWith = server.authSecrets;
    const { user, owing } = await makePerson();
    await askForCode(owing);
    const emailCode = await codeOf(user);
    const replaced = "a secret that replaces the other one of this server";
    try {
      server.authSecrets = [replaced];
      expect((await verify(owing, { emailCode })).json).toMatchObject(wrong);
      server.authSecrets = [replaced, ...mailedWith];
      expect((await verify(owing, { emailCode })).status).toBe(200);
    } finally {
      server.authSecrets = mailedWith;
    }
  });

  test("works once for concurrent answers", async () => {
    const { user, owing } = await makePerson();
    await askForCode(owing);
    const emailCode = await codeOf(user);
    const answers = await Promise.all(Array.from({ length: 6 }, () => verify(owing, { emailCode })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401]);
    expect(await db().emailCode.count({ where: { session: { userId: user.id } } })).toBe(0);
  });

  test("works for ten minutes", async () => {
    const { user, owing } = await makePerson();
    await askForCode(owing);
    const emailCode = await codeOf(user);
    const age = (seconds: number) => db().$executeRaw`
      UPDATE email_codes SET expires_at = expires_at - make_interval(secs => ${seconds})`;
    await age(9 * 60);
    const { expiresAt } = await db().emailCode.findFirstOrThrow({ where: { session: { userId: user.id } } });
    expect(expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(60_000);
    await age(60);
    expect((await verify(owing, { emailCode })).json).toMatchObject(wrong);
    await askForCode(owing);
    await age(9 * 60);
    expect((await verify(owing, { emailCode: await codeOf(user) })).status).toBe(200);
  });

  test("works only for the sign-in that requested it", async () => {
    const { user, owing } = await makePerson();
    const elsewhere = await makeOwingCookie(user.id);
    await askForCode(owing);
    const emailCode = await codeOf(user);
    expect((await verify(elsewhere, { emailCode })).json).toMatchObject(wrong);
    await askForCode(elsewhere);
    expect((await verify(owing, { emailCode })).status, "another's resend does not end it").toBe(200);
  });

  test("stops working when another is mailed", async () => {
    const { user, owing } = await makePerson();
    await askForCode(owing);
    const first = await codeOf(user);
    await askForCode(owing);
    const second = await codeOf(user);
    // Of a million, the two are the same now and then.
    if (first !== second) expect((await verify(owing, { emailCode: first })).json).toMatchObject(wrong);
    expect((await verify(owing, { emailCode: second })).status).toBe(200);
  });

  test("S13 the fifth wrong answer ends the sign-in, and resending doesn't reset the count", async () => {
    const { user, owing } = await makePerson();
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      if (attempt < 5) await askForCode(owing);
      const answer = await verify(owing, { emailCode: otherThan(await codeOf(user)) });
      expect(answer.json).toMatchObject({
        error: { code: attempt < 5 ? "incorrect_code" : "not_signed_in" },
      });
    }
    expect((await verify(owing, { emailCode: await codeOf(user) })).status).toBe(401);
  });

  test("S08 is mailed five times an hour, which emails that anyone can request don't use up", async () => {
    const { user, owing } = await makePerson();
    for (let time = 0; time < 6; time += 1)
      await callConsole("POST", "/api/forgot-password", { body: { email: user.email } });
    for (let time = 0; time < 5; time += 1) expect((await askForCode(owing)).status).toBe(202);
    const other = await makeOwingCookie(user.id);
    expect((await askForCode(other)).json).toMatchObject({ error: { code: "too_many_attempts" } });
  });

  test("stops working once codes are turned off", async () => {
    const { user, cookie, owing } = await makePerson();
    await makeAuthenticator(user.id);
    await askForCode(owing);
    const emailCode = await codeOf(user);
    await callConsole("DELETE", emailCodes, { cookie });
    expect((await verify(owing, { emailCode })).json).toMatchObject(wrong);
  });

  test("is stored as a keyed hash, and isn't accepted as an authenticator code or vice versa", async () => {
    const { user, owing } = await makePerson();
    const app = await makeAuthenticator(user.id);
    await askForCode(owing);
    const code = await codeOf(user);
    const { rows } = await runtime().pool.query("SELECT encode(code_hash, 'hex') AS hex FROM email_codes");
    expect(rows.at(-1).hex).toMatch(/^[0-9a-f]{64}$/);
    expect((await verify(owing, { emailCode: app.code() })).json).toMatchObject(wrong);
    expect((await verify(owing, { code })).json).toMatchObject(wrong);
    for (const emailCode of ["12345", "", 123456, "abcdef"])
      expect((await verify(owing, { emailCode })).status).toBe(400);
    expect((await verify(owing, { emailCode: code, code: app.code() })).status).toBe(400);
    expect((await verify(owing, { emailCode: code })).status).toBe(200);
  });
});
