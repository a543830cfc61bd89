import type { User } from "../generated/prisma/client";
import { db } from "../runtime";

/** A user with an email address. Service members have none: they can't sign in or receive mail. */
export type Person = User & { email: string };

/** @throws Error for a service member. */
export function personOf<Row extends { email: string | null }>(user: Row): Row & { email: string } {
  const { email } = user;
  if (email === null) throw new Error("Expected a person, but found a service member.");
  return { ...user, email };
}

/** An email address for someone who may not be its owner: enough to recognize it, not enough to use it. */
export function maskedAddress(email: string): string {
  const at = email.lastIndexOf("@");
  const [first = ""] = email;
  return `${at > 1 ? first : ""}•••${email.slice(at)}`;
}

/** The URL path of a picture. It contains the version, so browsers can cache it. */
export function picturePath(userId: string, picture: { version: string } | null): string | null {
  return picture && `/api/users/${userId}/picture?v=${picture.version}`;
}

/** Whether the operator disabled the account. */
export async function isAccountDisabled(userId: string): Promise<boolean> {
  return (await db().user.count({ where: { id: userId, disabledAt: { not: null } } })) > 0;
}
