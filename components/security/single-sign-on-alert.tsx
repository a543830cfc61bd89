"use client";

import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/client/api-client";
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
  const { submit, pending } = useSubmit(() => (connected ? visitToConfirm("oidc") : visitToConnect("oidc")), {
    doing: `Going to ${providerName}`,
    onFailure: (error) =>
      toast.error(`${providerName} could not be reached.`, { description: errorMessage(error) }),
    leaves: true,
  });

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
          <Button pending={pending} pendingLabel={`Going to ${providerName}…`} onClick={() => void submit()}>
            Continue with {providerName}
          </Button>
        </div>
      )}
    </Alert>
  );
}
