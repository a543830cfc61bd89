"use client";

import { AuthCard } from "@/components/auth/auth-card";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { acceptInvitation } from "@/lib/client/join-workspace";
import { signOut } from "@/lib/client/sign-in";

/** The one button for who is signed in with the account that is invited. */
export function AcceptInvitation({ token, email }: { token: string; email: string }) {
  const { pending, failure, submit } = useSubmit(() => acceptInvitation(token), {
    doing: "Joining",
    onDone: ({ workspaceSlug }) => window.location.assign(`/${workspaceSlug}/settings`),
    leaves: true,
  });
  return (
    <div className="grid gap-5">
      {failure && <Alert>{failure}</Alert>}
      <p className="break-all text-muted">You are signed in as {email}.</p>
      <Button
        variant="primary"
        pending={pending}
        pendingLabel="Joining…"
        onClick={() => void submit()}
        className="w-full"
      >
        Accept invitation
      </Button>
    </div>
  );
}

/** For who is signed in with another account: whose the invitation is and where it leads is not theirs to know. */
export function OtherAccount({ token, email }: { token: string; email: string }) {
  const { pending, failure, submit } = useSubmit(() => signOut(`/invitations/${token}`), {
    doing: "Signing out",
    leaves: true,
  });
  return (
    <AuthCard title="This invitation is for another account">
      <div className="grid gap-5">
        {failure && <Alert>{failure}</Alert>}
        <p className="break-words text-muted">
          You are signed in as {email}. Sign out and go on with the account that the invitation was sent to.
        </p>
        <Button
          variant="primary"
          pending={pending}
          pendingLabel="Signing out…"
          onClick={() => void submit()}
          className="w-full"
        >
          Sign out and continue
        </Button>
      </div>
    </AuthCard>
  );
}
