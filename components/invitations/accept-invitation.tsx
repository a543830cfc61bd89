"use client";

import { AuthCard } from "@/components/auth/auth-card";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { acceptInvitation } from "@/lib/client/join-workspace";
import { signOut } from "@/lib/client/sign-in";

export function AcceptInvitation({ token, email }: { token: string; email: string }) {
  const { pending, failure, submit } = useSubmit(() => acceptInvitation(token), {
    doing: "Joining",
    onDone: ({ workspaceSlug }) => window.location.assign(`/${workspaceSlug}/settings`),
    leaves: true,
  });
  return (
    <div className="grid gap-5">
      {failure && <Alert>{failure}</Alert>}
      <p className="break-all text-muted">You’re signed in as {email}.</p>
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

/** For a person signed in to another account, who must not learn the invitation's recipient or workspace. */
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
          You’re signed in as {email}. Sign out, then continue with the account that was invited.
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
