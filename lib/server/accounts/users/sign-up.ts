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
 * Creates an account with its first workspace, which the person owns.
 * @throws AppError `invalid_request` naming the invalid field; `conflict` if the account can't be created.
 */
export async function signUp(
  input: SignUpInput,
  origin: Origin,
): Promise<{ user: Person; workspace: Workspace }> {
  requireSignUpOpen(input.email);
  if (runtime().env.smtpUrl)
    throw new AppError(
      "conflict",
      "Sign-up on this server needs email verification. Use the console's sign-up page.",
    );
  return createUserWithWorkspace(input, origin);
}

/** Creates the account without checking whether sign-up is open. For the operator's command line. */
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
    // The same message for every reason, after hashing, so that the response takes as long as a success.
    if (isUniqueViolation(error))
      throw new AppError("conflict", "This account couldn't be created. Sign in or reset your password.");
    throw error;
  }
}

/**
 * Creates the account and workspace in the caller's transaction.
 * @param emailVerifiedAt When the address was verified, if it was.
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

/** @throws AppError if this address can't sign up. */
export function requireSignUpOpen(email: string): void {
  requireSignUpAllowed(email);
  // Without email, addresses can't be verified. Only local installations allow that.
  requireMailServer("This server sends no email, so sign-up is closed. Ask its operator for an account.");
}

/** Like requireSignUpOpen, for an address that an identity provider has already verified: needs no mail server. */
export function requireSignUpAllowed(email: string): void {
  const { signUp: policy } = runtime().env;
  if (policy === "invite")
    throw new AppError(
      "insufficient_permissions",
      "New accounts need an invitation. Ask an admin of your workspace.",
    );
  if (policy !== "open" && !policy.includes(email.split("@")[1] ?? ""))
    throw invalidField("email", "Accounts with this email domain can't be created here.");
}
