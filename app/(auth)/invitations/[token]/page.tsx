import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/auth/auth-card";
import { AcceptInvitation, OtherAccount } from "@/components/invitations/accept-invitation";
import { JoinForm } from "@/components/invitations/join-form";
import { aRole } from "@/components/roles/roles";
import { findPageSession, getPublicConfig } from "@/lib/server/auth/page-session";
import { findOpenInvitation } from "@/lib/server/workspaces/invitations/find-open-invitation";

/** The URL contains a secret until it's used, so it's not sent to other pages as the referrer. */
export const metadata: Metadata = { title: "Invitation", referrer: "no-referrer" };

/** Opening it changes nothing, because email programs open links, too. */
export default async function InvitationPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const [invitation, session] = await Promise.all([findOpenInvitation(token), findPageSession()]);
  const here = encodeURIComponent(`/invitations/${token}`);
  if (session?.needsSecondFactor) redirect(`/sign-in/verify?callbackUrl=${here}`);

  if (!invitation) {
    return (
      <AuthCard
        title="This invitation no longer works"
        below={
          <Link href="/settings" className="text-accent underline underline-offset-2">
            Go to {getPublicConfig().productName}
          </Link>
        }
      >
        <p className="text-muted">
          It was used, withdrawn, resent, or has expired. Ask the person who invited you for a new one.
        </p>
      </AuthCard>
    );
  }
  if (session && session.email !== invitation.email)
    return <OtherAccount token={token} email={session.email} />;

  return (
    <AuthCard
      title={`Join ${invitation.workspaceName}`}
      below={
        !session && (
          <>
            Have an account?{" "}
            <Link href={`/sign-in?callbackUrl=${here}`} className="text-accent underline underline-offset-2">
              Sign in to accept
            </Link>
          </>
        )
      }
    >
      <p className="mb-6 break-words text-muted">
        {invitation.invitedBy} invited you to the workspace{" "}
        <strong className="text-text">{invitation.workspaceName}</strong> as {aRole(invitation.role)}.
      </p>
      {session ? (
        <AcceptInvitation token={token} email={session.email} />
      ) : (
        <JoinForm
          token={token}
          email={invitation.email}
          passwordMinLength={getPublicConfig().passwordMinLength}
        />
      )}
    </AuthCard>
  );
}
