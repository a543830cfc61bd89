import { emailAddress } from "@/lib/contracts/names";
import type { Prisma } from "../generated/prisma/client";
import { runtime } from "../runtime";
import { seal } from "../seal";

/** A mail to one strict address. Text and HTML are made from the same few parts; no secret is among them but a code that is good once, for minutes. */
export type Mail = {
  to: string;
  subject: string;
  /** Paragraphs, plain text. */
  paragraphs: string[];
  /** The one thing to press. Its address is under APP_URL. */
  action?: { label: string; path: string };
};

/** What a sealed mail is bound to. */
export const mailSeal = "mail.outbox";

/**
 * Queues a mail in the transaction of what it tells of: either both happen or neither. It is sent after the commit.
 * @param isMeant False does the same work and queues nothing, so that the time taken does not tell whom there is to write to (S02).
 */
export async function queueMail(
  transaction: Prisma.TransactionClient,
  mail: Mail,
  isMeant = true,
): Promise<void> {
  const { appUrl } = runtime().env;
  requireStrictAddress(mail.to);
  if (mail.action && new URL(mail.action.path, appUrl).origin !== appUrl)
    throw new Error("A mail links to APP_URL only.");
  const sealed = Uint8Array.from(seal(Buffer.from(JSON.stringify(mail)), mailSeal));
  await transaction.$executeRaw`INSERT INTO mail.outbox (sealed) SELECT ${sealed}::bytea WHERE ${isMeant}`;
}

/** @throws where it is not one strict address: nothing else may reach the mail library (S06). */
export function requireStrictAddress(address: string): void {
  if (emailAddress.safeParse(address).data !== address) throw new Error("This is not one mail address.");
}
