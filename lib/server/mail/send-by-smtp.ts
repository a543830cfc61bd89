import { createTransport, type SendMailOptions } from "nodemailer";

const stepMilliseconds = 10_000;
const sendMilliseconds = 60_000;
const closeMilliseconds = 1_000;

/**
 * Sends one message over a connection of its own. Each step has a limit, and so has the whole: a server that sends a byte now
 * and then would otherwise keep the connection open forever. After either limit the connection is closed.
 */
export async function sendBySmtp(
  message: SendMailOptions,
  url: string,
  { stepMs = stepMilliseconds, wholeMs = sendMilliseconds } = {},
): Promise<void> {
  const transport = createTransport({
    url,
    connectionTimeout: stepMs,
    greetingTimeout: stepMs,
    socketTimeout: stepMs,
    dnsTimeout: stepMs,
    socketCloseTimeout: closeMilliseconds,
  });
  await transport.sendMail({ ...message, signal: AbortSignal.timeout(wholeMs) });
}
