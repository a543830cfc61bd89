"use client";

import { useState } from "react";
import { AuthCard } from "@/components/auth/auth-card";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { errorMessage } from "@/lib/client/api-client";
import { acceptInvitation } from "@/lib/client/join-workspace";
import { signOut } from "@/lib/client/sign-in";

/** The one button for who is signed in with the account that is invited. */
export function AcceptInvitation({ token, email }: { token: string; email: string }) {
  const { pending, error, run } = usePress(async () => {
    const { workspaceSlug } = await acceptInvitation(token);
    window.location.assign(`/${workspaceSlug}/settings`);
  });
  return (
    <div className="grid gap-5">
      {error !== null && <Alert>{errorMessage(error)}</Alert>}
      <p className="break-all text-muted">You are signed in as {email}.</p>
      <Button
        variant="primary"
        pending={pending}
        pendingLabel="Joining…"
        onClick={() => void run()}
        className="w-full"
      >
        Accept invitation
      </Button>
    </div>
  );
}

/** For who is signed in with another account: whose the invitation is and where it leads is not theirs to know. */
export function OtherAccount({ token, email }: { token: string; email: string }) {
  const { pending, error, run } = usePress(() => signOut(`/invitations/${token}`));
  return (
    <AuthCard title="This invitation is for another account">
      <div className="grid gap-5">
        {error !== null && <Alert>{errorMessage(error)}</Alert>}
        <p className="break-words text-muted">
          You are signed in as {email}. Sign out and go on with the account that the invitation was sent to.
        </p>
        <Button
          variant="primary"
          pending={pending}
          pendingLabel="Signing out…"
          onClick={() => void run()}
          className="w-full"
        >
          Sign out and continue
        </Button>
      </div>
    </AuthCard>
  );
}

/** Stays pending after success: the page is about to be left. */
function usePress(work: () => Promise<void>) {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  async function run() {
    setPending(true);
    setError(null);
    try {
      await work();
    } catch (thrown) {
      setError(thrown);
      setPending(false);
    }
  }
  return { pending, error, run };
}
