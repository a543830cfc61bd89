import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { countRequests } from "@/tests/database/count-requests";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeServiceMember, makeWorkspace } from "@/tests/factories/factories";
import { decodeMail } from "@/tests/peers/kept-mail";
import { startMailServer } from "@/tests/peers/mailbox";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { deliverMail } from "../mail/deliver-mail";
import { db, runtime } from "../runtime";
import { changeApiKey } from "./change-api-key";
import { mailNewCallers } from "./mail-new-callers";
import { revokeApiKey } from "./revoke-api-key";
import { rotateApiKey } from "./rotate-api-key";

useRuntime({}, { jobs: false });

let server: Awaited<ReturnType<typeof startMailServer>>;
beforeAll(async () => {
  server = await startMailServer();
});
afterAll(() => server.close());
beforeEach(() =>
  runtime().pool.query(
    "DELETE FROM mail.outbox; DELETE FROM mail.new_callers; DELETE FROM mail.new_caller_digests",
  ),
);

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const now = Date.now();
const withMail = (work: () => Promise<void>) =>
  withAnotherRuntime({ SMTP_URL: server.url, MAIL_FROM: "Keyward <keyward@example.test>" }, work);

type Made = Awaited<ReturnType<typeof makeWorkspace>>;
const other = { ip: "198.51.100.9", userAgent: "curl/8.9", path: "/v1/people/7" };

/** A key whose owner asked for mail, and that one caller has used for two days. */
async function watchedKey({ actor }: Pick<Made, "actor">, name = "nightly export") {
  const { key } = await makeKey(actor, { name });
  await changeApiKey(actor, key.id, { mailNewCallers: true });
  await countRequests([{ keyId: key.id }], now - 2 * dayMs);
  return key;
}

/** The mails that the job sends at a time that the test sets. Those about created keys are of no interest here. */
async function mailedAt(at: number) {
  await mailNewCallers(new Date(at));
  await deliverMail();
  return server.received
    .splice(0)
    .map(({ to: [to = ""], raw }) => ({
      to,
      subject: /^Subject: (.*)$/m.exec(raw)?.[1]?.trim() ?? "",
      text: decodeMail(raw).replaceAll("\u200b", ""),
    }))
    .filter(({ subject }) => subject !== "An API key was created")
    .sort((one, other) => one.to.localeCompare(other.to));
}

test("the owner gets a mail with key, caller, first request and a link to the log, and none without the setting", () =>
  withMail(async () => {
    const made = await makeWorkspace({ name: "Acme" });
    await makeMember(made.workspace, "admin");
    const key = await watchedKey(made);
    const unwatched = await makeKey(made.actor);
    await countRequests([{ keyId: unwatched.key.id }], now - 2 * dayMs);
    expect(await mailedAt(now), "the first caller").toEqual([]);

    await countRequests(
      [
        { keyId: key.id, ...other, outcome: "denied" },
        { keyId: key.id, path: "/v2" },
        { keyId: unwatched.key.id, ...other },
      ],
      now,
    );
    const [mail, ...more] = await mailedAt(now);
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ to: made.owner.email, subject: "A new caller used an API key" });
    expect(mail?.text).toContain(`“nightly export” (${key.prefix}…${key.suffix}) in “Acme”`);
    expect(mail?.text).toContain("198.51.100.9 · curl · GET /v1/people · first seen");
    expect(mail?.text).toContain(
      `/${made.workspace.slug}/settings/api/access-logs?key=${key.id}&ip=198.51.100.0%252F24&client=curl&range=7d`,
    );
    expect(await mailedAt(now + dayMs)).toEqual([]);
  }));

test("one mail an hour to a person lists the callers of all their keys", () =>
  withMail(async () => {
    const made = await makeWorkspace();
    const [first, second] = [await watchedKey(made, "first key"), await watchedKey(made, "second key")];
    await countRequests([{ keyId: first.id, ...other }], now);
    expect(await mailedAt(now)).toHaveLength(1);
    await countRequests(
      [
        { keyId: second.id, ...other },
        { keyId: first.id, ...other, userAgent: "wget/1" },
        { keyId: second.id, ip: "192.0.2.1" },
      ],
      now + minuteMs,
    );
    expect(await mailedAt(now + hourMs - 1)).toEqual([]);
    const [mail, ...more] = await mailedAt(now + hourMs);
    expect(more).toEqual([]);
    expect(mail?.subject).toBe("3 new callers used your API keys");
    const lines = mail?.text.split(/\r?\n/).filter((line) => /^“|first seen|^Access log/.test(line)) ?? [];
    expect(lines.slice(0, 7).map((line) => line.split(" ")[0])).toEqual([
      "“first",
      "198.51.100.9",
      "Access",
      "“second",
      "198.51.100.9",
      "192.0.2.1",
      "Access",
    ]);
    expect(mail?.text).toContain(`access-logs?key=${second.id}&range=7d`);
  }));

test("several instances send one mail", () =>
  withMail(async () => {
    const made = await makeWorkspace();
    const key = await watchedKey(made);
    await countRequests([{ keyId: key.id, ...other }], now);
    await Promise.all(Array.from({ length: 6 }, () => mailNewCallers(new Date(now))));
    expect(await mailedAt(now)).toHaveLength(1);
  }));

test("callers that a mail couldn't be queued for still wait, and those that a drain undid don't", () =>
  withMail(async () => {
    const made = await makeWorkspace();
    const key = await watchedKey(made);
    await expect(countRequests([{ keyId: key.id, ...other }], now, { fail: true })).rejects.toThrow("undone");
    expect(await mailedAt(now)).toEqual([]);
    await countRequests([{ keyId: key.id, ...other }], now);
    await db().user.update({ where: { id: made.owner.id }, data: { email: "two@a.example, b@b.example" } });
    await expect(mailNewCallers(new Date(now))).rejects.toThrow("not one mail address");
    await db().user.update({ where: { id: made.owner.id }, data: { email: made.owner.email } });
    expect(await mailedAt(now)).toHaveLength(1);
  }));

test("the first day of a key is left out, except for the successor of a rotation", () =>
  withMail(async () => {
    const made = await makeWorkspace();
    const { key } = await makeKey(made.actor);
    await changeApiKey(made.actor, key.id, { mailNewCallers: true });
    await countRequests([{ keyId: key.id }, { keyId: key.id, ...other }], now - 2 * dayMs);
    await countRequests([{ keyId: key.id, ip: "192.0.2.1" }], now - dayMs - minuteMs);
    expect(await mailedAt(now)).toEqual([]);
    const { key: successor } = await rotateApiKey(made.actor, key.id, { overlapSeconds: 3600 }, null);
    await countRequests([{ keyId: successor.id, ...other }, { keyId: successor.id }], now);
    expect(await mailedAt(now), "they moved").toEqual([]);
    await countRequests([{ keyId: successor.id, userAgent: "curl/8" }], now);
    expect(await mailedAt(now)).toHaveLength(1);
  }));

test("admins get the mail for a service member, and no one who lost access to the key in the meantime", () =>
  withMail(async () => {
    const made = await makeWorkspace();
    const admin = await makeMember(made.workspace, "admin");
    const member = await makeMember(made.workspace, "member");
    const { userId } = await makeServiceMember(made.actor);
    const serviceKey = await watchedKey(made);
    await db().apiKey.update({ where: { id: serviceKey.id }, data: { ownerId: userId } });
    const lost = await watchedKey(member, "of a member who leaves");
    const off = await watchedKey(made, "turned off");
    const revoked = await watchedKey(made, "revoked");
    await countRequests(
      [serviceKey, lost, off, revoked].map(({ id }) => ({ keyId: id, ...other })),
      now,
    );
    await db().member.updateMany({ where: { userId: member.user.id }, data: { suspendedAt: new Date() } });
    await changeApiKey(made.actor, off.id, { mailNewCallers: false });
    await revokeApiKey(made.actor, revoked.id);
    const mails = await mailedAt(now);
    expect(mails.map(({ to, subject }) => [to, subject])).toEqual(
      [
        [admin.user.email, "A new caller used an API key"],
        [made.owner.email, "2 new callers used your API keys"],
      ].sort(([one = ""], [two = ""]) => one.localeCompare(two)),
    );
    expect((await runtime().pool.query("SELECT FROM mail.new_callers")).rowCount).toBe(0);
  }));

test("a change of the setting is in the audit log, and a successor inherits it", async () => {
  const { actor, workspace } = await makeWorkspace();
  const { key } = await makeKey(actor);
  await changeApiKey(actor, key.id, { mailNewCallers: true });
  await changeApiKey(actor, key.id, { mailNewCallers: true });
  const events = await db().auditEvent.findMany({
    where: { workspaceId: workspace.id, action: "api_key.updated" },
  });
  expect(events.map(({ details }) => details)).toEqual([{ mailNewCallers: { from: false, to: true } }]);
  const rotation = await rotateApiKey(actor, key.id, { overlapSeconds: 0 }, null);
  expect(rotation.key.mailNewCallers).toBe(true);
});
