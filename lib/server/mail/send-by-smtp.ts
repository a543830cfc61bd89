import { createTransport, type SendMailOptions } from "nodemailer";

const stepTimeoutMs = 10_000;
const sendTimeoutMs = 60_000;
const closeTimeoutMs = 1_000;

/**
 * Sends one message over its own connection. Each step and the whole have a time limit: otherwise a server that sends
 * a byte now and then would keep the connection open forever. After either limit the connection is closed.
 */
export async function sendBySmtp(
  message: SendMailOptions,
  url: string,
  { stepMs = stepTimeoutMs, wholeMs = sendTimeoutMs } = {},
): Promise<void> {
  const transport = createTransport({
    url,
    connectionTimeout: stepMs,
    greetingTimeout: stepMs,
    socketTimeout: stepMs,
    dnsTimeout: stepMs,
    socketCloseTimeout: closeTimeoutMs,
  });
  await transport.sendMail({ ...message, signal: AbortSignal.timeout(wholeMs) });
}
