import { isAppError } from "@/lib/contracts/app-error";
import type { ProviderProblem } from "@/lib/contracts/identity-providers";
import type { Origin } from "../../actor";
import { recordAccountEvent } from "../../audit/record-audit-event";
import type { User, Workspace } from "../../generated/prisma/client";
import { isUniqueViolation } from "../../is-unique-violation";
import { recordSignInAttempt } from "../../logs/record-sign-in-attempt";
import { db } from "../../runtime";
import { type Identity, requireProvider } from "../../sessions/identity";
import { isAccountDisabled } from "../../sessions/person";
import {
  findSsoWorkspace,
  joinBySingleSignOn,
  singleSignOnOf,
} from "../single-sign-on/join-by-single-sign-on";
import { createUser, insertUserWithWorkspace, requireSignUpAllowed } from "../users/sign-up";
import { insertIdentity } from "./manage-identities";

/** The user that signed in, with the workspace created for a new account, or why sign-in failed. */
export type SignedInByIdentity =
  | { userId: string; newWorkspace: Workspace | null }
  | { problem: ProviderProblem };

/**
 * Signs in the person who connected this identity, or creates an account for a new person. A matching email alone
 * never opens an account: its owner must sign in and connect the provider (S03, S04). Each attempt is written to the
 * access log before the response.
 */
export async function signInWithIdentity(identity: Identity, origin: Origin): Promise<SignedInByIdentity> {
  const { issuer, subject, email, emailVerified } = identity;
  const connected = await db().account.findUnique({ where: { issuer_subject: { issuer, subject } } });
  if (connected) {
    if (await isAccountDisabled(connected.userId)) {
      await recordSignInAttempt({ id: connected.userId }, "account_disabled", origin);
      return { problem: "account_disabled" };
    }
    await db().$transaction(async (transaction) => {
      const user = await transaction.user.findUniqueOrThrow({ where: { id: connected.userId } });
      await joinBySingleSignOn(transaction, user, identity, origin);
    });
    return admit(connected.userId, null, origin);
  }

  // The address isn't verified, so don't reveal whether it has an account.
  if (!email || !emailVerified) return refuse("not_connected", null, origin);
  const owner = await db().user.findUnique({ where: { email }, select: { id: true } });
  if (owner) return refuse("not_connected", owner, origin);
  // The workspace that verified the domain lets its people have accounts.
  const sso = await findSsoWorkspace(db(), singleSignOnOf(identity)?.domain);
  const closed = sso ? null : findSignUpProblem(email);
  if (closed) return refuse(closed, null, origin);
  try {
    const { user, workspace } = await signUpWithIdentity({ ...identity, email }, origin);
    return await admit(user.id, workspace, origin);
  } catch (error) {
    // An account with this address was created in the meantime.
    if (isUniqueViolation(error)) return refuse("not_connected", null, origin);
    throw error;
  }
}

async function admit(
  userId: string,
  newWorkspace: Workspace | null,
  origin: Origin,
): Promise<SignedInByIdentity> {
  await recordSignInAttempt({ id: userId }, "signed_in_by_provider", origin);
  return { userId, newWorkspace };
}

async function refuse(
  problem: ProviderProblem,
  user: { id: string } | null,
  origin: Origin,
): Promise<SignedInByIdentity> {
  await recordSignInAttempt(user, "identity_not_connected", origin);
  return { problem };
}

function findSignUpProblem(email: string): ProviderProblem | null {
  try {
    requireSignUpAllowed(email);
    return null;
  } catch (error) {
    if (!isAppError(error)) throw error;
    return error.code === "invalid_request" ? "domain_not_allowed" : "sign_up_closed";
  }
}

/**
 * Creates an account with the address that the provider verified. It joins the workspace of its domain, or gets its
 * own. The names can be changed later.
 */
function signUpWithIdentity(
  identity: Identity & { email: string },
  origin: Origin,
): Promise<{ user: User; workspace: Workspace | null }> {
  const { email } = identity;
  const name = identity.name ?? email.split("@")[0] ?? email;
  const person = { email, name, workspaceName: `${[...name].slice(0, 48).join("")}’s workspace` };
  return db().$transaction(async (transaction) => {
    const emailVerifiedAt = new Date();
    const joins = await findSsoWorkspace(transaction, singleSignOnOf(identity)?.domain);
    const made = joins
      ? {
          user: await createUser(transaction, { email, name, passwordHash: null, emailVerifiedAt }, origin),
          workspace: null,
        }
      : await insertUserWithWorkspace(transaction, person, null, origin, emailVerifiedAt);
    await joinBySingleSignOn(transaction, made.user, identity, origin);
    await insertIdentity(transaction, made.user.id, identity);
    const details = { provider: requireProvider(identity.provider).name };
    await recordAccountEvent(transaction, made.user, "account.identity_connected", origin, { details });
    return made;
  });
}
