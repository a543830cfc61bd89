import type { RequestSignUpInput } from "@/lib/contracts/account-input";
import { AppError } from "@/lib/contracts/app-error";
import type { Origin } from "../../actor";
import type { Workspace } from "../../generated/prisma/client";
import { isUniqueViolation } from "../../is-unique-violation";
import { queueMail } from "../../mail/queue-mail";
import { db, runtime } from "../../runtime";
import { consumeLink, createLink, requireLink } from "../../sessions/mailed-link";
import type { Person } from "../../sessions/person";
import { insertUserWithWorkspace, newPasswordHash, requireSignUpOpen } from "./sign-up";

const lifetimeSeconds = 24 * 3600;

/**
 * Mails a link. The account is created only when the link is used, with the password chosen there. So nobody can
 * prepare an account for someone else's address (S03). A known address gets a mail that says so, and the response is
 * the same (S02).
 * @throws AppError if sign-up isn't open to the address; `too_many_attempts` for a client with too many requests.
 */
export async function requestSignUp(input: RequestSignUpInput, origin: Origin): Promise<void> {
  requireSignUpOpen(input.email);
  const { mailThrottle, env } = runtime();
  await mailThrottle.countClient(origin.ip);
  if (!(await mailThrottle.mayMail(input.email, "sign_up"))) return;
  const { email, name, workspaceName } = input;
  const known = await db().user.findUnique({ where: { email }, select: { id: true } });
  await db().$transaction(async (transaction) => {
    const data = { name, workspaceName };
    const token = await createLink(transaction, { purpose: "sign_up", email, data, lifetimeSeconds });
    const mail = known
      ? {
          subject: "You already have an account",
          paragraphs: [
            `Someone tried to create a ${env.productName} account with this address, which already has one. Sign in, or reset your password if you forgot it.`,
            "If this wasn't you, you can ignore this email.",
          ],
          action: { label: "Sign in", path: "/sign-in" },
        }
      : {
          subject: "Finish creating your account",
          paragraphs: [
            `Choose a password to finish creating your ${env.productName} account. The link works once, for 24 hours.`,
            "If you didn't sign up, you can ignore this email. No account was created.",
          ],
          action: { label: "Create account", path: `/verify-email?token=${token}` },
        };
    await queueMail(transaction, { to: email, ...mail });
  });
}

/**
 * Creates the account of a sign-up link. Its address is verified.
 * @throws AppError `link_expired`; `invalid_request` naming `password`, after which the link still works; `conflict`
 * if the address has an account in the meantime.
 */
export async function completeSignUp(
  token: string,
  password: string,
  origin: Origin,
): Promise<{ user: Person; workspace: Workspace }> {
  const link = await requireLink(token, ["sign_up"]);
  requireSignUpOpen(link.email);
  const { name, workspaceName } = link.data as { name: string; workspaceName: string };
  const passwordHash = await newPasswordHash(password);
  try {
    return await db().$transaction(async (transaction) => {
      await consumeLink(transaction, link);
      const person = { email: link.email, name, workspaceName };
      return insertUserWithWorkspace(transaction, person, passwordHash, origin, new Date());
    });
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError("conflict", "This account couldn't be created. Sign in or reset your password.");
    throw error;
  }
}
