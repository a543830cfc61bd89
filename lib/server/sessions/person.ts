import type { User } from "../generated/prisma/client";

/** A user who signs in and can be written to; the others are service members, which can do neither. */
export type Person = User & { email: string };

/** @throws Error for a service member: nothing that a person does or is told can be theirs. */
export function personOf<Row extends { email: string | null }>(user: Row): Row & { email: string } {
  const { email } = user;
  if (email === null) throw new Error("A service member was taken for a person.");
  return { ...user, email };
}
