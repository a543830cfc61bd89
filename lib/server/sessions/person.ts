import type { User } from "../generated/prisma/client";
import { db } from "../runtime";

/** A user who signs in and can be written to; the others are service members, which can do neither. */
export type Person = User & { email: string };

/** @throws Error for a service member: nothing that a person does or is told can be theirs. */
export function personOf<Row extends { email: string | null }>(user: Row): Row & { email: string } {
  const { email } = user;
  if (email === null) throw new Error("A service member was taken for a person.");
  return { ...user, email };
}

/** An email address as it is shown to someone who may not be its owner: enough to recognize, not enough to write to. */
export function maskedAddress(email: string): string {
  const at = email.lastIndexOf("@");
  const [first = ""] = email;
  return `${at > 1 ? first : ""}•••${email.slice(at)}`;
}

/** Where a picture is served. It names the version, so that a browser may keep what it got. */
export function picturePath(userId: string, picture: { version: string } | null): string | null {
  return picture && `/api/users/${userId}/picture?v=${picture.version}`;
}

/** Whether the operator keeps this person from signing in. */
export async function isAccountDisabled(userId: string): Promise<boolean> {
  return (await db().user.count({ where: { id: userId, disabledAt: { not: null } } })) > 0;
}
