import { randomBytes } from "node:crypto";
import { AppError } from "@/lib/contracts/app-error";
import type { LinkPurpose, MailedLink, Prisma } from "../generated/prisma/client";
import { db } from "../runtime";
import { sha256 } from "../sha256";
import { lockUser } from "./lock-user";
import { maskedAddress, type Person, personOf } from "./person";

export type NewLink = {
  purpose: LinkPurpose;
  /** The mailbox it is sent to, which it proves. */
  email: string;
  userId?: string;
  data?: Prisma.InputJsonObject;
  lifetimeSeconds: number;
};

/**
 * Makes a one-use link; earlier ones of the same purpose and person (or address, before there is a person) die.
 * @returns Its token, for the mail alone: the row keeps the SHA-256.
 */
export async function createLink(transaction: Prisma.TransactionClient, link: NewLink): Promise<string> {
  const { purpose, email, userId, data = {}, lifetimeSeconds } = link;
  const token = randomBytes(32).toString("base64url");
  const owner = userId ? { userId } : { userId: null, email };
  // One at a time for the same person: of two at once, the later must end the earlier.
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${purpose} ${userId ?? email}`}, 0))`;
  await transaction.mailedLink.deleteMany({ where: { purpose, ...owner, usedAt: null } });
  await transaction.$executeRaw`
    INSERT INTO mailed_links (token_hash, purpose, user_id, email, data, expires_at)
    VALUES (${sha256(token)}, ${purpose}::"LinkPurpose", ${userId ?? null}, ${email}, ${JSON.stringify(data)}::jsonb,
      now() + make_interval(secs => ${lifetimeSeconds}))`;
  return token;
}

/** The link, where it is still good. Looking changes nothing: mail scanners open links. */
export async function findLink(token: string): Promise<MailedLink | null> {
  return db().mailedLink.findFirst({
    where: { tokenHash: sha256(token), usedAt: null, expiresAt: { gt: new Date() } },
  });
}

/** Whose account a link is for, as its page says it to whoever opened the mail; null for a link that makes an account. */
export async function findAccountOfLink({
  userId,
}: MailedLink): Promise<{ name: string; email: string } | null> {
  if (userId === null) return null;
  const user = await db().user.findUnique({ where: { id: userId }, select: { name: true, email: true } });
  return user && { name: user.name, email: maskedAddress(personOf(user).email) };
}

/** The same for who cannot go on without. @throws AppError `link_expired` */
export async function requireLink(token: string, purposes: LinkPurpose[]): Promise<MailedLink> {
  const link = await findLink(token);
  if (!link || !purposes.includes(link.purpose)) throw new AppError("link_expired");
  return link;
}

/**
 * Uses a link up, in the transaction of what it allows: of any number at once, one goes on (S09).
 * @throws AppError `link_expired` for all others.
 */
export async function consumeLink(transaction: Prisma.TransactionClient, link: MailedLink): Promise<void> {
  // Lock the user before the link, as everywhere else, so that two links of one person can't deadlock.
  if (link.userId) await lockUser(transaction, link.userId, { changesKey: link.purpose === "change_email" });
  const count = await transaction.$executeRaw`
    UPDATE mailed_links SET used_at = now()
    WHERE token_hash = ${link.tokenHash} AND used_at IS NULL AND expires_at > now()`;
  if (count !== 1) throw new AppError("link_expired");
}

/**
 * Changes the person of a link that was used up, if they still are whom it was sent to.
 * @throws AppError `link_expired`
 */
export async function updatePerson(
  transaction: Prisma.TransactionClient,
  who: { id: string | null; email: string },
  data: Prisma.UserUpdateManyMutationInput,
): Promise<Person> {
  const id = who.id ?? "";
  const { count } = await transaction.user.updateMany({ where: { id, email: who.email }, data });
  if (count !== 1) throw new AppError("link_expired");
  return personOf(await transaction.user.findUniqueOrThrow({ where: { id } }));
}

/** Ends every open link of a person: what was asked for before a change of password or address is worth nothing after it. */
export async function deleteLinksOf(transaction: Prisma.TransactionClient, userId: string): Promise<void> {
  await transaction.mailedLink.deleteMany({ where: { userId, usedAt: null } });
}

/** Rows that open nothing any more. Run by the clock; correctness does not hang on it. */
export async function deleteExpiredLinks(): Promise<void> {
  await db().$executeRaw`DELETE FROM mailed_links WHERE expires_at < now() - interval '1 day'`;
}
