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
 * Mails a link to whoever has the mailbox; the account comes to be behind it, with the password they choose there. So deletedAccountOwner can
 * have one ready for somebody else's address (S03). A known address gets a mail that says so, and the answer is the same (S02).
 * @throws AppError where sign-up is not open to the address; `too_many_attempts` for a client that asks for too many.
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
            `Somebody asked for a ${env.productName} account with this address, which has one. Sign in, or reset your password if you no longer know it.`,
            "If it was not you, do nothing.",
          ],
          action: { label: "Sign in", path: "/sign-in" },
        }
      : {
          subject: "Finish creating your account",
          paragraphs: [
            `Choose your password, and your ${env.productName} account is ready. The link is good once, for 24 hours.`,
            "If you did not ask for an account, do nothing: there is none.",
          ],
          action: { label: "Create account", path: `/verify-email?token=${token}` },
        };
    await queueMail(transaction, { to: email, ...mail });
  });
}

/**
 * The account behind the link, its address proven.
 * @throws AppError `link_expired`; `invalid_request` naming `password`, which leaves the link good; `conflict` where the address
 * has got an account meanwhile.
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
      throw new AppError("conflict", "This account could not be created. Sign in or reset your password.");
    throw error;
  }
}
