import { createTransport } from "nodemailer";
import type { Env } from "../env";
import { isLoopbackName } from "../loopback";
import { renderMail } from "../mail/render-mail";
import { sendBySmtp } from "../mail/send-by-smtp";
import { type Finding, note, ok, problem, reasonOf, warning } from "./finding";

export type MailFacts = {
  /** Null without SMTP_URL. */
  host: string | null;
  /** Why signing in to the server fails. Null if it doesn't. */
  refusal: string | null;
  isEncrypted: boolean;
  local: boolean;
};

/** Connects to the mail server and signs in, without sending a mail. */
export async function examineMail(env: Env, timeoutMs: number): Promise<Finding[]> {
  return [judgeMail(await findMailFacts(env, timeoutMs))];
}

async function findMailFacts({ smtpUrl, local }: Env, timeoutMs: number): Promise<MailFacts> {
  if (smtpUrl === null) return { host: null, refusal: null, isEncrypted: false, local };
  const host = new URL(smtpUrl).hostname;
  if ((await tryServer(smtpUrl, true, timeoutMs)) === null)
    return { host, refusal: null, isEncrypted: true, local };
  return { host, refusal: await tryServer(smtpUrl, false, timeoutMs), isEncrypted: false, local };
}

/** @returns Why it fails. Null if it doesn't. */
async function tryServer(url: string, requireTLS: boolean, timeoutMs: number): Promise<string | null> {
  const timeout = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs };
  const transport = createTransport({
    ...{ url, requireTLS, dnsTimeout: timeoutMs, socketCloseTimeout: 1000 },
    ...timeout,
  });
  try {
    await transport.verify();
    return null;
  } catch (error) {
    return reasonOf(error);
  } finally {
    transport.close();
  }
}

export function judgeMail({ host, refusal, isEncrypted, local }: MailFacts): Finding {
  const id = "mail.server";
  if (host === null)
    return local
      ? note(
          id,
          "SMTP_URL isn't set: mail is kept in DATA_DIR/mail.",
          "Nothing, while you only try things out.",
        )
      : warning(id, "SMTP_URL isn't set: no mail is sent, and nobody can sign up.", "Set SMTP_URL.");
  if (refusal) return problem(id, `The mail server ${host} can't be used: ${refusal}.`);
  if (!isEncrypted && !isLoopbackName(host))
    return warning(
      id,
      `The mail server ${host} can be used, but not with TLS: the network can read passwords and links.`,
      "Use smtps://, or a server that offers STARTTLS.",
    );
  return ok(id, `The mail server ${host} lets us sign in.`);
}

/** Sends one mail, past the queue. @param to One plain address. */
export async function sendTestMail(env: Env, to: string, timeoutMs: number): Promise<Finding[]> {
  const id = "mail.test";
  if (env.smtpUrl === null)
    return [problem(id, "No mail was sent, because SMTP_URL isn't set.", "Set SMTP_URL.")];
  const mail = {
    ...{ to, subject: `Test mail from ${env.productName}` },
    paragraphs: [
      "The operator of this server checks whether mail is delivered. You don't have to do anything.",
    ],
  };
  const message = {
    ...{ from: env.mailFrom, to: { name: "", address: to }, subject: mail.subject },
    ...renderMail(mail, env),
    ...{ headers: { "Auto-Submitted": "auto-generated" }, disableFileAccess: true, disableUrlAccess: true },
  };
  try {
    await sendBySmtp(message, env.smtpUrl, { stepMs: timeoutMs, wholeMs: 2 * timeoutMs });
    return [
      ok(id, `The mail server took a mail from ${env.mailFrom.address} to ${to}. See whether it arrives.`),
    ];
  } catch (error) {
    return [
      problem(id, `The mail server didn't take a mail from ${env.mailFrom.address}: ${reasonOf(error)}.`),
    ];
  }
}
