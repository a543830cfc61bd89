import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/auth/auth-card";
import { AcceptInvitation, OtherAccount } from "@/components/invitations/accept-invitation";
import { InvitationWords } from "@/components/invitations/invitation-words";
import { JoinForm } from "@/components/invitations/join-form";
import { findPageSession, getPublicConfig } from "@/lib/server/auth/page-session";
import { findOpenInvitation } from "@/lib/server/workspaces/invitations/find-open-invitation";

/** The address of this page is a secret until it is used: no other page hears of it. */
export const metadata: Metadata = { title: "Invitation", referrer: "no-referrer" };

/** Opening it changes nothing, as mail programs open links too: only its button does. */
export default async function InvitationPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const [invitation, session] = await Promise.all([findOpenInvitation(token), findPageSession()]);
  const here = encodeURIComponent(`/invitations/${token}`);
  if (session?.needsSecondFactor) redirect(`/sign-in/verify?callbackUrl=${here}`);

  if (!invitation) {
    return (
      <AuthCard
        title="This invitation is no longer good"
        below={
          <Link href="/settings" className="text-accent underline underline-offset-2">
            Go to {getPublicConfig().productName}
          </Link>
        }
      >
        <p className="text-muted">
          It was used, withdrawn, sent again, or is too old. Ask whoever invited you for a new one.
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
      <InvitationWords invitation={invitation} />
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
