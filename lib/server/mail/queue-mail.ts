import { emailAddress } from "@/lib/contracts/names";
import type { Prisma } from "../generated/prisma/client";
import { runtime } from "../runtime";
import { seal } from "../seal";

/**
 * A mail to one address. Text and HTML are rendered from these parts. It contains no secrets except one-time links
 * and codes.
 */
export type Mail = {
  to: string;
  subject: string;
  /** Paragraphs, plain text. */
  paragraphs: string[];
  /** The button. Its URL is under APP_URL. */
  action?: { label: string; path: string };
};

/** Encryption context of queued mail. */
export const mailSeal = "mail.outbox";

/**
 * Queues a mail in the transaction of the change it reports, so that neither happens without the other. It is sent
 * after the commit.
 * @param isMeant If false, does the same work but queues nothing, so that the response time doesn't reveal whether
 * the account exists (S02).
 */
export async function queueMail(
  transaction: Prisma.TransactionClient,
  mail: Mail,
  isMeant = true,
): Promise<void> {
  const { appUrl } = runtime().env;
  requireStrictAddress(mail.to);
  if (mail.action && new URL(mail.action.path, appUrl).origin !== appUrl)
    throw new Error("A mail can link only to APP_URL.");
  const sealed = Uint8Array.from(seal(Buffer.from(JSON.stringify(mail)), mailSeal));
  await transaction.$executeRaw`INSERT INTO mail.outbox (sealed) SELECT ${sealed}::bytea WHERE ${isMeant}`;
}

/** @throws If it isn't a single plain address. Nothing else may reach the mail library (S06). */
export function requireStrictAddress(address: string): void {
  if (emailAddress.safeParse(address).data !== address) throw new Error("This is not one mail address.");
}
