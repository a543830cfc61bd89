import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { startTcpReceiver } from "@/tests/peers/bad-receivers";
import { decodeMail } from "@/tests/peers/kept-mail";
import { keptMails, startMailServer } from "@/tests/peers/mailbox";
import { withAnotherRuntime } from "@/tests/processes/another-runtime";
import { waitUntil } from "@/tests/wait-until";
import { deliverMail } from "./deliver-mail";
import { type Mail, queueMail } from "./queue-mail";

useRuntime();

let server: Awaited<ReturnType<typeof startMailServer>>;
beforeAll(async () => {
  server = await startMailServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  server.received.length = 0;
  await runtime().pool.query("DELETE FROM mail.outbox");
});

const mail: Mail = {
  to: "grace@example.test",
  subject: "Grüße <b>& more</b>",
  paragraphs: ["You are invited by <script>alert(1)</script>."],
  action: { label: "Open it", path: "/reset-password?token=abc" },
};
const queue = (changes: Partial<Mail> = {}) =>
  db().$transaction((transaction) => queueMail(transaction, { ...mail, ...changes }));
const waiting = async () =>
  (await runtime().pool.query("SELECT attempts FROM mail.outbox")).rows as { attempts: number }[];
/** Twice: the clock's own delivery may just have looked, and found nothing. */
const deliverAll = async () => {
  await deliverMail();
  await deliverMail();
};
const dueNow = () => runtime().pool.query("UPDATE mail.outbox SET next_attempt_at = now()");

test("a mail server that hangs keeps the mail of no other runtime in this process", async () => {
  const silent = await startTcpReceiver(() => {}, "127.0.0.1");
  let stuck = Promise.resolve();
  const ended = vi.fn();
  const settings = { SMTP_URL: `smtp://${new URL(silent.origin).host}`, MAIL_FROM: "keyward@example.test" };
  await withAnotherRuntime(settings, async () => {
    await queue();
    stuck = deliverMail()
      .catch(() => {})
      .finally(ended);
    await waitUntil("the mail is under way", async () => (await waiting())[0]?.attempts === 1);
  });
  await runtime().pool.query("DELETE FROM mail.outbox");
  await queue({ to: "another@example.test" });
  await deliverAll();
  expect(await keptMails("another@example.test")).toHaveLength(1);
  expect(ended).not.toHaveBeenCalled();
  await silent.close();
  await stuck;
});

describe("with SMTP_URL", () => {
  const withMail = (work: () => Promise<void>) =>
    withAnotherRuntime({ SMTP_URL: server.url, MAIL_FROM: "Keyward <keyward@example.test>" }, work);

  test("a mail is sent once, as escaped text and HTML", () =>
    withMail(async () => {
      await queue();
      await deliverAll();
      await deliverAll();
      expect(server.received).toHaveLength(1);
      const [sent] = server.received;
      expect(sent).toMatchObject({ from: "keyward@example.test", to: ["grace@example.test"] });
      const text = decodeMail(sent?.raw ?? "");
      expect(text).toContain("You are invited by <script>alert(1)</script>.");
      expect(text).toContain("You are invited by &lt;script&gt;alert(1)&lt;/script&gt;.");
      expect(text).toContain("http://localhost:3000/reset-password?token=abc");
      expect(await waiting()).toEqual([]);
    }));

  test("S10 a mail links only to APP_URL", () =>
    withMail(async () => {
      for (const path of ["//evil.example/x", "https://evil.example", "/\\evil.example"])
        await expect(queue({ action: { label: "Open", path } })).rejects.toThrow("APP_URL");
      expect(await waiting()).toEqual([]);
    }));

  test("a mail of a failed transaction is never sent", () =>
    withMail(async () => {
      const failing = db().$transaction(async (transaction) => {
        await queueMail(transaction, mail);
        throw new Error("changed my mind");
      });
      await expect(failing).rejects.toThrow("changed my mind");
      await deliverAll();
      expect(server.received).toEqual([]);
    }));

  test("a mail that can't be sent is retried, and discarded after a day", () =>
    withMail(async () => {
      server.refuse(451);
      await queue();
      await deliverAll();
      expect(await waiting()).toEqual([{ attempts: 1 }]);
      expect(server.received).toEqual([]);
      await dueNow();
      await deliverAll();
      expect(server.received).toHaveLength(1);

      await queue();
      await runtime().pool.query(
        "UPDATE mail.outbox SET attempts = 30, created_at = now() - interval '25 hours', next_attempt_at = now() - interval '1 s'",
      );
      await deliverAll();
      expect(await waiting()).toEqual([]);
      expect(server.received).toHaveLength(1);
    }));

  test("a permanently rejected recipient isn't retried", () =>
    withMail(async () => {
      server.refuse(550);
      await queue();
      await deliverAll();
      expect(await waiting()).toEqual([]);
      expect(server.received).toEqual([]);
    }));

  test("S06 anything but one plain address is rejected and never reaches the mail server", () =>
    withMail(async () => {
      for (const to of [
        '"e@a"@v.example',
        "v@x.example, a@y.example",
        "a@x.example\r\nBcc: b@y.example",
        "v＠x.example",
        "Grace <v@x.example>",
        "V@x.example",
      ])
        await expect(queue({ to }), to).rejects.toThrow("not one mail address");
      await deliverAll();
      expect(server.received).toEqual([]);
    }));
});

test("without SMTP_URL a mail is saved as a file that only its owner can read", async () => {
  await queue();
  const [kept] = await keptMails("grace@example.test");
  expect(kept).toContain("http://localhost:3000/reset-password?token=abc");
  const folder = path.join(runtime().env.dataDir, "mail");
  const names = await readdir(folder);
  expect(names.length).toBeGreaterThan(0);
  for (const name of ["", ...names])
    expect((await stat(path.join(folder, name))).mode & 0o077, name || "the folder").toBe(0);
  expect(names.join(), "nor does its name tell whose it is").not.toMatch(/grace|token/);
});

test("S27 a queued mail is encrypted, so the database doesn't contain the link", async () => {
  await withAnotherRuntime({ SMTP_URL: "smtp://127.0.0.1:1" }, async ({ pool }) => {
    await queue();
    const { rows } = await pool.query("SELECT encode(sealed, 'escape') AS text FROM mail.outbox");
    expect(rows).toHaveLength(1);
    expect(rows[0].text).not.toContain("token");
    await pool.query("DELETE FROM mail.outbox");
  });
});
