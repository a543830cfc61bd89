import type { Origin } from "../actor";
import type { Prisma } from "../generated/prisma/client";
import { runtime } from "../runtime";
import { queueMail } from "./queue-mail";
import { momentIn } from "./words";

type Transaction = Prisma.TransactionClient;
type Person = { id?: string; email: string };

/** Mails a person about a sensitive change, in the same transaction, so that they notice changes by someone else (S18). */
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
    "If this wasn't you, reset your password now with “Forgot password?” on the sign-in page.",
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
    "Email address change requested",
    `Someone asked to change the email address of your account to ${newAddress}. It changes when the link sent to that address is used.`,
    "If this wasn't you, change your password now. That also cancels the link.",
    origin,
  );
}

/** To the old address, because the new one was just verified. */
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
    `Your ${runtime().env.productName} account now uses the address ${newAddress}. You can no longer sign in with this address.`,
    `If this wasn't you, contact ${supportOrOperator()} immediately.`,
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
    `The API key “${key.name}” (${key.prefix}…${key.suffix}) was created in ${where} with your account.`,
    "If this wasn't you, revoke the key under API → API keys and change your password.",
    origin,
  );
}

/** @param found How many keys were disabled because the leaked one made them, and where it was found, if that is known. */
export function notifyApiKeyExposed(
  transaction: Transaction,
  person: Person,
  key: { id: string; name: string; prefix: string; suffix: string },
  workspace: { name: string; slug: string },
  { disabled, url }: { disabled: number; url: string | null },
) {
  const others = disabled === 1 ? "1 key that it made is" : `${disabled} keys that it made are`;
  const descendants = disabled === 0 ? "" : ` ${others} disabled until an admin decides.`;
  const place = url === null ? "" : `\nIt was found here: ${url}`;
  return queueMail(transaction, {
    to: person.email,
    subject: "An API key leaked and was revoked",
    paragraphs: [
      `Someone found the API key “${key.name}” (${key.prefix}…${key.suffix}) of ${workspace.name} and reported it. It was revoked immediately.${descendants}${place}`,
      "Create a new key for the programs that used it, and look in its access log for requests that aren't yours. The console shows the leak until an admin has dealt with it.",
    ],
    action: { label: "Open the key", path: `/${workspace.slug}/settings/api/keys/${key.id}` },
  });
}

export function notifyNewDevice(transaction: Transaction, person: Person, origin: Origin) {
  return sendNotice(
    transaction,
    person,
    "New sign-in to your account",
    `Someone signed in to your ${runtime().env.productName} account with a new browser.`,
    "If this wasn't you, change your password. That signs out all other sessions.",
    origin,
  );
}

/** The last mail to an account: its address is deleted afterwards. */
export function notifyAccountDeleted(transaction: Transaction, person: Person, origin: Origin) {
  const { productName } = runtime().env;
  return sendNotice(
    transaction,
    person,
    `Your ${productName} account was deleted`,
    `Your ${productName} account was deleted, and you were signed out everywhere. This can't be undone. The audit logs of other workspaces keep a record of what you did there, with your name.`,
    `If this wasn't you, contact ${supportOrOperator()} immediately.`,
    origin,
  );
}

/** To each owner of the workspace. */
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
    `The workspace ${workspaceName} was deleted`,
    `${by} deleted the workspace ${workspaceName}. Its API keys no longer work, and no one can open it.`,
    `If this was a mistake, ask ${by}. The operator of this server still has its logs.`,
    origin,
  );
}

export function notifyPasswordSet(transaction: Transaction, person: Person, origin: Origin) {
  return sendNotice(
    transaction,
    person,
    "A password was set for your account",
    `Your ${runtime().env.productName} account now has a password, which can be used to sign in.`,
    "If this wasn't you, reset your password now with “Forgot password?” on the sign-in page.",
    origin,
  );
}

/** @param what The sentence up to "your account", such as "A Google account was connected to". */
export function notifySignInMethodsChanged(
  transaction: Transaction,
  person: Person,
  what: string,
  origin: Origin,
) {
  return sendNotice(
    transaction,
    person,
    "Your sign-in methods were changed",
    `${what} your ${runtime().env.productName} account.`,
    "If this wasn't you, reset your password now (“Forgot password?” on the sign-in page) and check your security settings.",
    origin,
  );
}

/** @param what The rest of the sentence after "Two-step verification: ", such as "an authenticator app was added". */
export function notifySecondFactorChanged(transaction: Transaction, person: Person, what: string) {
  return sendNotice(
    transaction,
    person,
    "Your two-step verification was changed",
    `Two-step verification: ${what}.`,
    "If this wasn't you, change your password and check your security settings.",
  );
}

async function findTimeZone(transaction: Transaction, { id, email }: Person): Promise<string> {
  // Also search by id: a notice may go to an address that the account just replaced.
  const user = await transaction.user.findFirst({
    where: { OR: [{ email }, ...(id ? [{ id }] : [])] },
    select: { timeZone: true },
  });
  return user?.timeZone ?? "UTC";
}

function circumstances({ ip, userAgent }: Origin, timeZone: string): string {
  const when = momentIn(new Date(), timeZone);
  return [`When: ${when}`, `IP address: ${ip ?? "unknown"}`, `Browser: ${userAgent ?? "unknown"}`].join("\n");
}

function supportOrOperator(): string {
  return runtime().env.supportEmail ?? "the operator of this server";
}
