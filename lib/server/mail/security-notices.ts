import type { Origin } from "../actor";
import type { Prisma } from "../generated/prisma/client";
import { runtime } from "../runtime";
import { queueMail } from "./queue-mail";

type Transaction = Prisma.TransactionClient;
type Person = { id?: string; email: string };

/** What a person is told after a sensitive change, in its transaction, so that whoever did it in their name is noticed (S18). */
async function sendNotice(
  transaction: Transaction,
  person: Person,
  subject: string,
  happened: string,
  remedy: string,
  origin?: Origin,
): Promise<void> {
  const where = origin ? [circumstances(origin, await findTimeZone(transaction, person))] : [];
  await queueMail(transaction, { to: person.email, subject, paragraphs: [happened, ...where, remedy] });
}

export function notifyPasswordChanged(transaction: Transaction, person: Person, origin: Origin) {
  return sendNotice(
    transaction,
    person,
    "Your password was changed",
    `The password of your ${runtime().env.productName} account was changed, and other sessions were signed out.`,
    "If it was not you, reset your password now: “Forgot password?” on the sign-in page.",
    origin,
  );
}

export function notifyAddressChangeRequested(
  transaction: Transaction,
  person: Person,
  newAddress: string,
  origin: Origin,
) {
  return sendNotice(
    transaction,
    person,
    "A new email address was given for your account",
    `Your account is to have the address ${newAddress}. It changes once the link sent there is used.`,
    "If it was not you, change your password now: the link dies with it.",
    origin,
  );
}

/** To the old address: the new one has just been proven. */
export function notifyAddressChanged(
  transaction: Transaction,
  before: Person,
  newAddress: string,
  origin: Origin,
) {
  return sendNotice(
    transaction,
    before,
    "Your email address was changed",
    `Your ${runtime().env.productName} account now has the address ${newAddress}. This address no longer signs in.`,
    `If it was not you, tell ${supportOrOperator()} at once.`,
    origin,
  );
}

export function notifyApiKeyCreated(
  transaction: Transaction,
  person: Person,
  key: { name: string; prefix: string; suffix: string },
  where: string,
  origin: Origin,
) {
  return sendNotice(
    transaction,
    person,
    "An API key was created",
    `The API key “${key.name}” (${key.prefix}…${key.suffix}) was created in ${where}, in your name.`,
    "If it was not you, revoke it under API → API keys and change your password.",
    origin,
  );
}

export function notifyNewDevice(transaction: Transaction, person: Person, origin: Origin) {
  return sendNotice(
    transaction,
    person,
    "New sign-in to your account",
    `Somebody signed in to your ${runtime().env.productName} account with a browser it was not used with before.`,
    "If it was not you, change your password: it signs out every other session.",
    origin,
  );
}

/** The last mail an account gets: afterwards nobody here knows the address. */
export function notifyAccountDeleted(transaction: Transaction, person: Person, origin: Origin) {
  const { productName } = runtime().env;
  return sendNotice(
    transaction,
    person,
    `Your ${productName} account is deleted`,
    `Your ${productName} account was deleted, and you were signed out everywhere. Nothing of it can be brought back. What you did in workspaces that go on stays in their audit logs, under your name.`,
    `If it was not you, tell ${supportOrOperator()} at once.`,
    origin,
  );
}

/** To each owner: what they answer for is gone. */
export function notifyWorkspaceDeleted(
  transaction: Transaction,
  person: Person,
  workspaceName: string,
  by: string,
  origin: Origin,
) {
  return sendNotice(
    transaction,
    person,
    `The workspace ${workspaceName} is deleted`,
    `${by} deleted the workspace ${workspaceName}. Its API keys are refused from now on, and nobody can open it any more.`,
    `If that should not have been, ask ${by}; the operator of this server still has its logs.`,
    origin,
  );
}

export function notifyPasswordSet(transaction: Transaction, person: Person, origin: Origin) {
  return sendNotice(
    transaction,
    person,
    "A password was set for your account",
    `Your ${runtime().env.productName} account, which had no password, can now be opened with one.`,
    "If it was not you, reset your password now: “Forgot password?” on the sign-in page.",
    origin,
  );
}

/** @param what Up to "your account", such as "A Google account was connected to". */
export function notifySignInMethodsChanged(
  transaction: Transaction,
  person: Person,
  what: string,
  origin: Origin,
) {
  return sendNotice(
    transaction,
    person,
    "How you sign in was changed",
    `${what} your ${runtime().env.productName} account.`,
    "If it was not you, reset your password now (“Forgot password?” on the sign-in page) and look at your security settings.",
    origin,
  );
}

/** @param what As it goes on after "Two-step verification: ", such as "an authenticator app was added". */
export function notifySecondFactorChanged(transaction: Transaction, person: Person, what: string) {
  return sendNotice(
    transaction,
    person,
    "Your two-step verification was changed",
    `Two-step verification: ${what}.`,
    "If it was not you, change your password and look at your security settings.",
  );
}

async function findTimeZone(transaction: Transaction, { id, email }: Person): Promise<string> {
  // By id as well: a sendNotice may go to an address that the account has just given up.
  const user = await transaction.user.findFirst({
    where: { OR: [{ email }, ...(id ? [{ id }] : [])] },
    select: { timeZone: true },
  });
  return user?.timeZone ?? "UTC";
}

function circumstances({ ip, userAgent }: Origin, timeZone: string): string {
  const when = new Date().toLocaleString("en-GB", {
    timeZone,
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  });
  return [`When: ${when}`, `Address: ${ip ?? "unknown"}`, `Browser: ${userAgent ?? "unknown"}`].join("\n");
}

function supportOrOperator(): string {
  return runtime().env.supportEmail ?? "whoever runs this server";
}
