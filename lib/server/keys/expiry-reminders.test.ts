import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeServiceMember, makeWorkspace } from "@/tests/factories/factories";
import { decodeMail } from "@/tests/peers/kept-mail";
import { startMailServer } from "@/tests/peers/mailbox";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { deliverMail } from "../mail/deliver-mail";
import { db, runtime } from "../runtime";
import { setApiAccess } from "../workspaces/workspace-settings";
import { changeApiKey } from "./change-api-key";
import { deleteOldReminders, remindOfExpiry } from "./expiry-reminders";
import { revokeApiKey } from "./revoke-api-key";
import { rotateApiKey } from "./rotate-api-key";

useRuntime({}, { jobs: false });

let last: Awaited<ReturnType<typeof receive>> = [];
let server: Awaited<ReturnType<typeof startMailServer>>;
beforeAll(async () => {
  server = await startMailServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  server.received.length = 0;
  await runtime().pool.query("DELETE FROM mail.outbox; DELETE FROM api_keys");
});

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const before = (moment: Date | null, ms: number) => new Date((moment?.getTime() ?? 0) - ms);
const withMail = (work: () => Promise<void>) =>
  withAnotherRuntime({ SMTP_URL: server.url, MAIL_FROM: "Keyward <keyward@example.test>" }, work);

/** Receives the mails that wait. Those about created keys are of no interest here. */
async function receive() {
  await deliverMail();
  const mails = server.received.splice(0);
  return mails.filter(({ raw }) => subjectOf(raw) !== "An API key was created");
}

/** The subjects that are mailed to each address at a time that the test sets. */
async function mailedAt(at: Date): Promise<string[][]> {
  await remindOfExpiry(at);
  last = await receive();
  return last
    .map(({ to: [address = ""], raw }) => [address, subjectOf(raw)])
    .sort(([one = ""], [other = ""]) => one.localeCompare(other));
}

function subjectOf(raw: string): string {
  return /^Subject: (.*)$/m.exec(raw)?.[1]?.trim() ?? "";
}

/** A key that expires at noon, so that the twelve hours before are the same day. */
async function keyUntilNoon(made: Awaited<ReturnType<typeof makeWorkspace>>, days = 30) {
  const noon = new Date(Date.now() + days * dayMs);
  noon.setUTCHours(12, 0, 0, 0);
  return (await makeKey(made.actor, { expiresAt: noon.toISOString() })).key;
}

test("the owner and the admins get a mail 7 days, a day and twelve hours before, each once", () =>
  withMail(async () => {
    const made = await makeWorkspace({ name: "Acme" });
    const admin = await makeMember(made.workspace, "admin");
    await makeMember(made.workspace, "member");
    await makeWorkspace();
    const key = await keyUntilNoon(made);
    const people = [admin.user.email, made.owner.email].sort();
    const toBoth = (subject: string) => people.map((address) => [address, subject]);

    expect(await mailedAt(before(key.expiresAt, 7 * dayMs + 1))).toEqual([]);
    expect(await mailedAt(before(key.expiresAt, 7 * dayMs))).toEqual(toBoth("An API key expires in 7 days"));
    const text = decodeMail(last[0]?.raw ?? "");
    expect(text).toContain(`“blog ingest” (${key.prefix}…${key.suffix})`);
    expect(text).toContain("Owner: “Ada” · never used");
    expect(text).toContain(`/${made.workspace.slug}/settings/api/keys/${key.id}`);
    expect(await mailedAt(before(key.expiresAt, 3 * dayMs))).toEqual([]);
    expect(await mailedAt(before(key.expiresAt, dayMs))).toEqual(toBoth("An API key expires in 24 hours"));
    expect(await mailedAt(before(key.expiresAt, 12 * hourMs))).toEqual(
      toBoth("An API key expires in 12 hours"),
    );
    for (const ms of [hourMs, 1, 0, -dayMs]) expect(await mailedAt(before(key.expiresAt, ms))).toEqual([]);
  }));

test("several instances send each mail once, and another one later sends none", async () => {
  await withMail(async () => {
    const made = await makeWorkspace();
    const key = await keyUntilNoon(made);
    const at = before(key.expiresAt, 7 * dayMs);
    await Promise.all(Array.from({ length: 6 }, () => remindOfExpiry(at)));
    expect(await mailedAt(at)).toHaveLength(1);
  });
  await withMail(async () => {
    const { expiresAt } = await db().apiKey.findFirstOrThrow();
    expect(await mailedAt(before(expiresAt, 7 * dayMs - 1))).toEqual([]);
  });
});

test("a reminder whose mail can't be queued is not lost", () =>
  withMail(async () => {
    const made = await makeWorkspace();
    const key = await keyUntilNoon(made);
    const at = before(key.expiresAt, dayMs);
    await db().user.update({ where: { id: made.owner.id }, data: { email: "two@a.example, b@b.example" } });
    await expect(remindOfExpiry(at)).rejects.toThrow("not one mail address");
    expect(await db().apiKeyReminder.count()).toBe(0);
    await db().user.update({ where: { id: made.owner.id }, data: { email: made.owner.email } });
    expect(await mailedAt(at)).toHaveLength(1);
  }));

test("a moved expiry is told of again, and a missed reminder is replaced by the next", () =>
  withMail(async () => {
    const made = await makeWorkspace();
    const key = await keyUntilNoon(made, 20);
    expect(await mailedAt(before(key.expiresAt, dayMs))).toMatchObject([
      [made.owner.email, "An API key expires in 24 hours"],
    ]);
    const moved = await changeApiKey(made.actor, key.id, { expirationDays: 40 });
    expect(await mailedAt(before(key.expiresAt, dayMs))).toEqual([]);
    expect(await mailedAt(before(moved.expiresAt, dayMs))).toHaveLength(1);
    const late = await keyUntilNoon(await makeWorkspace(), 30);
    expect(await mailedAt(before(late.expiresAt, 2 * hourMs))).toMatchObject([
      [expect.any(String), "An API key expires in 2 hours"],
    ]);
  }));

test("a key that was just created for a week isn't reminded of at once", () =>
  withMail(async () => {
    const made = await makeWorkspace();
    const { key } = await makeKey(made.actor, { expiresInDays: 7 });
    expect(await mailedAt(new Date(Date.now() + 1000))).toEqual([]);
    expect(await mailedAt(before(key.expiresAt, dayMs))).toHaveLength(1);
  }));

test("revoked, disabled and rotated keys, and those of suspended owners, don't remind", () =>
  withMail(async () => {
    const made = await makeWorkspace();
    const { actor: member, user } = await makeMember(made.workspace, "member");
    const make = () => keyUntilNoon(made);
    const [revoked, disabled, rotated] = [await make(), await make(), await make()];
    const { key: suspended } = await makeKey(member, { expiresAt: disabled.expiresAt?.toISOString() ?? "" });
    await revokeApiKey(made.actor, revoked.id);
    await changeApiKey(made.actor, disabled.id, { disabled: true });
    const { key: successor } = await rotateApiKey(made.actor, rotated.id, { overlapSeconds: null }, null);
    await changeApiKey(made.actor, successor.id, { expiresAt: null });
    await db().member.updateMany({ where: { userId: user.id }, data: { suspendedAt: new Date() } });
    const at = before(suspended.expiresAt, dayMs);
    expect(await mailedAt(at)).toEqual([]);
    await changeApiKey(made.actor, disabled.id, { disabled: false });
    await setApiAccess(made.actor, false);
    expect(await mailedAt(at)).toEqual([]);
    await setApiAccess(made.actor, true);
    expect(await mailedAt(at), "enabled again").toEqual([
      [made.owner.email, "An API key expires in 24 hours"],
    ]);
  }));

test("a service member's key is told to the admins, and many keys come in one mail", () =>
  withMail(async () => {
    const made = await makeWorkspace();
    const member = await makeMember(made.workspace, "member");
    const { userId } = await makeServiceMember(made.actor);
    const noon = (await keyUntilNoon(made)).expiresAt?.toISOString() ?? "";
    for (const name of ["https://evil.example", "b"]) await makeKey(made.actor, { name, expiresAt: noon });
    await makeKey(member.actor, { name: "own", expiresAt: noon });
    const service = await makeKey(made.actor, { name: "of the service", expiresAt: noon });
    await db().apiKey.update({ where: { id: service.key.id }, data: { ownerId: userId } });
    expect(await mailedAt(before(new Date(noon), dayMs))).toEqual(
      [
        [member.user.email, "An API key expires in 24 hours"],
        [made.owner.email, "5 API keys expire soon"],
      ].sort(([one = ""], [other = ""]) => one.localeCompare(other)),
    );
    const mail = last.find(({ to }) => to.includes(made.owner.email));
    const text = decodeMail(mail?.raw ?? "");
    for (const name of ["of the service", "own", "b"]) expect(text).toContain(`“${name}”`);
    expect(text, "no link").not.toContain("https://evil.example");
    expect(text).not.toContain(service.secret);
  }));

test("a rotated key that is still used reminds its owner once before its overlap ends", () =>
  withMail(async () => {
    const made = await makeWorkspace();
    await makeMember(made.workspace, "admin");
    const rotate = async (overlapSeconds: number) => {
      const { key } = await makeKey(made.actor);
      await rotateApiKey(made.actor, key.id, { overlapSeconds }, null);
      return db().apiKey.findUniqueOrThrow({ where: { id: key.id } });
    };
    const used = (id: string, at: Date) =>
      runtime().pool.query(
        `INSERT INTO access_log.last_uses (key_id, at, ip) VALUES ($1, $2, '203.0.113.9')
       ON CONFLICT (key_id) DO UPDATE SET at = excluded.at`,
        [id, at],
      );
    const week = await rotate(7 * 86_400);
    const hour = await rotate(3600);
    const unused = await rotate(3600);
    await used(unused.id, before(unused.rotatedAt, 1));

    await used(hour.id, before(hour.expiresAt, 40 * 60_000));
    expect(await mailedAt(before(hour.expiresAt, 31 * 60_000))).toEqual([]);
    await runtime().pool.query(
      `INSERT INTO access_log.callers (key_id, address, client, method, route, first_at, last_at, allowed) VALUES
       ($1, '203.0.113.0/24', 'nightly.example', 'POST', '/v1/files', $2, $3, 3),
       ($1, '198.51.100.0/24', 'moved', 'GET', '/v1/files', $2, $2, 3)`,
      [hour.id, before(hour.rotatedAt, 1000), before(hour.expiresAt, 40 * 60_000)],
    );
    expect(await mailedAt(before(hour.expiresAt, 29 * 60_000))).toEqual([
      [made.owner.email, "A rotated API key is still used and ends in 29 minutes"],
    ]);
    const text = decodeMail(last[0]?.raw ?? "");
    expect(text).toMatch(/programs still use it: last .* from 203\.0\.113\.9\./);
    expect(text).toContain("203.0.113.0/24 · nightly.\u200bexample · POST /v1/files");
    expect(text, "moved to the new key").not.toContain("198.51.100");
    expect(text).toContain(`/settings/api/keys/${hour.id}`);
    expect(await mailedAt(before(hour.expiresAt, 60_000))).toEqual([]);

    await used(week.id, before(week.expiresAt, 30 * hourMs));
    expect(await mailedAt(before(week.expiresAt, dayMs + 1))).toEqual([]);
    expect(await mailedAt(before(week.expiresAt, 3 * hourMs)), "quiet for a day").toEqual([]);
    await used(week.id, before(week.expiresAt, 2 * hourMs));
    expect(await mailedAt(before(week.expiresAt, hourMs))).toHaveLength(1);
  }));

test("rows of reminders are deleted two days after the expiry", async () => {
  const made = await makeWorkspace();
  const [old, current] = [await keyUntilNoon(made), await keyUntilNoon(made)];
  const row = (keyId: string, expiresAt: Date) => ({ keyId, expiresAt, kind: "week" });
  const past = new Date(Date.now() - 49 * hourMs);
  await db().apiKeyReminder.createMany({ data: [row(old.id, past), row(current.id, new Date())] });
  await deleteOldReminders();
  expect(await db().apiKeyReminder.findMany()).toMatchObject([{ keyId: current.id }]);
});
