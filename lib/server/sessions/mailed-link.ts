import { randomBytes } from "node:crypto";
import { AppError } from "@/lib/contracts/app-error";
import type { LinkPurpose, MailedLink, Prisma } from "../generated/prisma/client";
import { db } from "../runtime";
import { sha256 } from "../sha256";
import { lockUser } from "./lock-user";
import { maskedAddress, type Person, personOf } from "./person";

export type NewLink = {
  purpose: LinkPurpose;
  /** The address it is sent to. Using the link verifies this address. */
  email: string;
  userId?: string;
  data?: Prisma.InputJsonObject;
  lifetimeSeconds: number;
};

/**
 * Creates a one-time link. Earlier links for the same purpose and person (or address, if there is no account yet)
 * stop working.
 * @returns The token for the mail. The row stores only its SHA-256.
 */
export async function createLink(transaction: Prisma.TransactionClient, link: NewLink): Promise<string> {
  const { purpose, email, userId, data = {}, lifetimeSeconds } = link;
  const token = randomBytes(32).toString("base64url");
  const owner = userId ? { userId } : { userId: null, email };
  // The lock makes the later of two concurrent links replace the earlier one.
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${purpose} ${userId ?? email}`}, 0))`;
  await transaction.mailedLink.deleteMany({ where: { purpose, ...owner, usedAt: null } });
  await transaction.$executeRaw`
    INSERT INTO mailed_links (token_hash, purpose, user_id, email, data, expires_at)
    VALUES (${sha256(token)}, ${purpose}::"LinkPurpose", ${userId ?? null}, ${email}, ${JSON.stringify(data)}::jsonb,
      now() + make_interval(secs => ${lifetimeSeconds}))`;
  return token;
}

/** Finds a valid link. This doesn't use it up, because mail scanners open links. */
export async function findLink(token: string): Promise<MailedLink | null> {
  return db().mailedLink.findFirst({
    where: { tokenHash: sha256(token), usedAt: null, expiresAt: { gt: new Date() } },
  });
}

/** The account that a link is for, as shown on its page. Null for a sign-up link. */
export async function findAccountOfLink({
  userId,
}: MailedLink): Promise<{ name: string; email: string } | null> {
  if (userId === null) return null;
  const user = await db().user.findUnique({ where: { id: userId }, select: { name: true, email: true } });
  return user && { name: user.name, email: maskedAddress(personOf(user).email) };
}

/**
 * @throws AppError `link_expired`
 * @throws AppError `link_expired`
 */
export async function requireLink(token: string, purposes: LinkPurpose[]): Promise<MailedLink> {
  const link = await findLink(token);
  if (!link || !purposes.includes(link.purpose)) throw new AppError("link_expired");
  return link;
}

/**
 * Uses up a link, in the transaction of the change that it allows. Of concurrent uses, only one succeeds (S09).
 * @throws AppError `link_expired` for the others.
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
 * Updates the user that a link was sent to, if their address is still the same.
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

/** Deletes a person's unused links. A change of password or address invalidates them. */
export async function deleteLinksOf(transaction: Prisma.TransactionClient, userId: string): Promise<void> {
  await transaction.mailedLink.deleteMany({ where: { userId, usedAt: null } });
}

/** Deletes expired links. Runs as a scheduled job; nothing depends on when. */
export async function deleteExpiredLinks(): Promise<void> {
  await db().$executeRaw`DELETE FROM mailed_links WHERE expires_at < now() - interval '1 day'`;
}
