import type { SignUpInput } from "@/lib/contracts/account-input";
import { AppError, invalidField } from "@/lib/contracts/app-error";
import type { Origin } from "../../actor";
import { recordAccountEvent } from "../../audit/record-audit-event";
import type { Prisma, Workspace } from "../../generated/prisma/client";
import { isUniqueViolation } from "../../is-unique-violation";
import { requireMailServer } from "../../mail/require-mail-server";
import { newId } from "../../new-id";
import { db, runtime } from "../../runtime";
import { type Person, personOf } from "../../sessions/person";
import { createWorkspace } from "../../workspaces/create-workspace";
import { hashPassword, passwordProblem } from "./password";

/**
 * A new person with their first workspace, of which they are the owner.
 * @throws AppError `invalid_request` with the field that is wrong; `conflict` where this account cannot be made.
 */
export async function signUp(
  input: SignUpInput,
  origin: Origin,
): Promise<{ user: Person; workspace: Workspace }> {
  requireSignUpOpen(input.email);
  if (runtime().env.smtpUrl)
    throw new AppError("conflict", "Accounts here begin with a mail. Sign up at the console's sign-up page.");
  return createUserWithWorkspace(input, origin);
}

/** The same without asking whether sign-up is open: the operator's command line. */
export async function createUserWithWorkspace(
  input: SignUpInput,
  origin: Origin,
): Promise<{ user: Person; workspace: Workspace }> {
  const passwordHash = await newPasswordHash(input.password);
  try {
    return await db().$transaction(async (transaction) => {
      return insertUserWithWorkspace(transaction, input, passwordHash, origin);
    });
  } catch (error) {
    // Said the same for every reason, and only after the hash was made: it takes as long as success.
    if (isUniqueViolation(error))
      throw new AppError("conflict", "This account could not be created. Sign in or reset your password.");
    throw error;
  }
}

/**
 * The same inside a transaction of the caller's.
 * @param emailVerifiedAt When the address was proven, where it was.
 */
export async function insertUserWithWorkspace(
  transaction: Prisma.TransactionClient,
  input: Omit<SignUpInput, "password">,
  passwordHash: string | null,
  origin: Origin,
  emailVerifiedAt: Date | null = null,
): Promise<{ user: Person; workspace: Workspace }> {
  const user = await createUser(
    transaction,
    { email: input.email, name: input.name, passwordHash, emailVerifiedAt },
    origin,
  );
  const workspace = await createWorkspace(transaction, user, input.workspaceName, origin);
  return { user, workspace };
}

export async function createUser(
  transaction: Prisma.TransactionClient,
  person: Pick<Person, "email" | "name" | "passwordHash" | "emailVerifiedAt">,
  origin: Origin,
): Promise<Person> {
  const user = personOf(await transaction.user.create({ data: { id: newId("usr"), ...person } }));
  await recordAccountEvent(transaction, user, "account.created", origin);
  return user;
}

/** @throws AppError `invalid_request` naming `password`. */
export async function newPasswordHash(password: string): Promise<string> {
  const problem = passwordProblem(password, runtime().env.passwordMinLength);
  if (problem) throw invalidField("password", problem);
  return hashPassword(password);
}

/** @throws AppError where this address may not make itself an account here. */
export function requireSignUpOpen(email: string): void {
  requireSignUpAllowed(email);
  // Without mail an address cannot be proven; only on a laptop is it deletedAccountOwner's but the developer's.
  requireMailServer(
    "Sign-up needs a mail server, which this server does not have. Ask its operator for an account.",
  );
}

/** The same for an address that somebody else has proven, such as an identity provider: it takes no mail. */
export function requireSignUpAllowed(email: string): void {
  const { signUp: policy } = runtime().env;
  if (policy === "invite")
    throw new AppError(
      "insufficient_permissions",
      "Accounts here are made by invitation. Ask an admin of your workspace.",
    );
  if (policy !== "open" && !policy.includes(email.split("@")[1] ?? ""))
    throw invalidField("email", "Accounts with this email domain cannot be created here.");
}
