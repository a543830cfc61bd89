import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { createTransport, type SendMailOptions } from "nodemailer";
import { type Runtime, runtime } from "../runtime";
import { unseal } from "../seal";
import { type Mail, mailSeal, requireStrictAddress } from "./queue-mail";
import { renderMail } from "./render-mail";
import { sendBySmtp } from "./send-by-smtp";

/** Longer than sending can take, so that no other instance takes a mail that is being sent. */
const firstRetrySeconds = 90;
const giveUpAfter = "24 hours";

/** What is under way for each runtime: one whose mail server hangs must not keep the mail of another. */
const delivering = new WeakMap<Runtime, Promise<void>>();

/**
 * Sends due mail one by one. Safe on any number of instances: each takes a mail by postponing its next attempt. A
 * mail is sent once, or again if a process died between sending it and recording that.
 */
export function deliverMail(): Promise<void> {
  const server = runtime();
  const underWay = delivering.get(server) ?? deliverAll(server).finally(() => delivering.delete(server));
  delivering.set(server, underWay);
  return underWay;
}

type Row = { id: number; sealed: Uint8Array; attempts: number };

async function deliverAll(server: Runtime): Promise<void> {
  const { pool, log } = server;
  const { rows: old } = await pool.query<Row>(
    `DELETE FROM mail.outbox WHERE created_at < now() - interval '${giveUpAfter}' AND attempts > 0
     AND next_attempt_at < now() RETURNING id, attempts`,
  );
  for (const { id, attempts } of old)
    log.error(
      { mail: id, attempts },
      "a mail was discarded after a day of failed attempts; repair SMTP_URL, and let its recipient ask for it again",
    );
  for (let row = await takeOne(server); row; row = await takeOne(server)) await deliver(server, row);
}

async function takeOne({ pool }: Runtime): Promise<Row | undefined> {
  const { rows } = await pool.query<Row>(
    `UPDATE mail.outbox SET attempts = attempts + 1,
       next_attempt_at = now() + make_interval(secs => least($1 * 2 ^ attempts, 3600))
     WHERE id = (SELECT id FROM mail.outbox WHERE next_attempt_at <= now() ORDER BY next_attempt_at LIMIT 1
       FOR UPDATE SKIP LOCKED)
     RETURNING id, sealed, attempts`,
    [firstRetrySeconds],
  );
  return rows[0];
}

async function deliver({ pool, log, env }: Runtime, { id, sealed, attempts }: Row): Promise<void> {
  try {
    const mail = JSON.parse(unseal(sealed, mailSeal).toString()) as Mail;
    requireStrictAddress(mail.to);
    const message: SendMailOptions = {
      from: env.mailFrom,
      to: { name: "", address: mail.to },
      subject: mail.subject,
      ...renderMail(mail, env),
      // The same for every attempt, so that mail programs can recognize duplicates.
      messageId: `<${id}.${env.mailFrom.address}>`,
      headers: { "Auto-Submitted": "auto-generated" },
      disableFileAccess: true,
      disableUrlAccess: true,
    };
    await (env.smtpUrl ? sendBySmtp(message, env.smtpUrl) : keepAsFile(message, id, env.dataDir));
  } catch (error) {
    const { message, code, responseCode = 0 } = error as Error & { code?: string; responseCode?: number };
    const refused = code === "EENVELOPE" && responseCode >= 500;
    // Log neither the address nor the text: a mail may contain a one-time link.
    log.warn(
      { mail: id, attempts, code, responseCode },
      refused
        ? "a mail could not be delivered, because the server rejected its recipient; if that repeats, see what the mail server's log says"
        : "a mail could not be sent and is tried again for a day; see whether SMTP_URL is right. LOG_LEVEL=debug logs the server's words",
    );
    log.debug({ mail: id, error: message }, "why a mail could not be sent");
    if (!refused) return;
  }
  await pool.query("DELETE FROM mail.outbox WHERE id = $1", [id]);
}

/** Written to a temporary file and renamed, so that readers never see half a mail. */
async function keepAsFile(message: SendMailOptions, id: number, dataDir: string): Promise<void> {
  const folder = path.join(dataDir, "mail");
  const file = path.join(folder, `${new Date().toISOString().replace(/[:.]/g, "-")}-${id}.eml`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { message: bytes } = await createTransport({
    streamTransport: true,
    buffer: true,
    newline: "windows",
  }).sendMail(message);
  await writeFile(`${file}.part`, bytes, { mode: 0o600 });
  await rename(`${file}.part`, file);
}
