import type { Prisma } from "../generated/prisma/client";

/** A mail to one strict address. Text and HTML are made from the same few parts; a secret is never among them. */
export type Mail = {
  to: string;
  subject: string;
  /** Paragraphs, plain text. */
  paragraphs: string[];
  /** The one thing to press. Its address is under APP_URL. */
  action?: { label: string; path: string };
};

/** Queues a mail in the transaction of what it tells of: either both happen or neither. */
export type QueueMail = (transaction: Prisma.TransactionClient, mail: Mail) => Promise<void>;
