"use client";

import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { errorMessage, wasNotConfirmed } from "@/lib/client/api-client";
import { visitToConfirm, visitToConnect } from "@/lib/client/identity-providers";

/** For who must come to a workspace by single sign-on, and did not: the way there, from the session they are in. */
export function SingleSignOnAlert({
  workspaceName,
  providerName,
  joinedAs,
  connected,
}: {
  workspaceName: string;
  /** Null where the provider is no longer configured. */
  providerName: string | null;
  /** The account at the provider that the membership belongs to; null where any account of the domain does. */
  joinedAs: string | null;
  connected: boolean;
}) {
  const [pending, setPending] = useState(false);

  async function visit() {
    setPending(true);
    try {
      await (connected ? visitToConfirm("oidc") : visitToConnect("oidc"));
    } catch (error) {
      setPending(false);
      if (!wasNotConfirmed(error))
        toast.error(`${providerName} could not be reached.`, { description: errorMessage(error) });
    }
  }

  return (
    <Alert tone="warn" title={`${workspaceName} asks for single sign-on`}>
      {providerName === null ? (
        "The provider it asks for is not configured on this server. An owner of the workspace can switch it off."
      ) : (
        <div className="grid justify-items-start gap-3">
          <p className="break-words">
            Its other pages open once you have signed in with {providerName}
            {joinedAs && ` as ${joinedAs}, the account you joined with`}.
          </p>
          <Button pending={pending} pendingLabel={`Going to ${providerName}…`} onClick={visit}>
            Continue with {providerName}
          </Button>
        </div>
      )}
    </Alert>
  );
}
