"use client";

import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/client/api-client";
import { visitToConfirm, visitToConnect } from "@/lib/client/identity-providers";

/** For a person whose session didn't use the single sign-on that the workspace requires. */
export function SingleSignOnAlert({
  workspaceName,
  providerName,
  joinedAs,
  connected,
}: {
  workspaceName: string;
  /** Null if the provider is no longer configured. */
  providerName: string | null;
  /** The account that the person joined with; null if any account of the domain will do. */
  joinedAs: string | null;
  connected: boolean;
}) {
  const { submit, pending } = useSubmit(() => (connected ? visitToConfirm("oidc") : visitToConnect("oidc")), {
    doing: `Redirecting to ${providerName}`,
    onFailure: (error) =>
      toast.error(`Couldn’t reach ${providerName}.`, { description: errorMessage(error) }),
    leaves: true,
  });

  return (
    <Alert tone="warn" title={`${workspaceName} requires single sign-on`}>
      {providerName === null ? (
        "Its provider isn’t configured on this server. An owner of the workspace can turn it off."
      ) : (
        <div className="grid justify-items-start gap-3">
          <p className="break-words">
            To open its other pages, sign in with {providerName}
            {joinedAs && ` as ${joinedAs}, the account you joined with`}.
          </p>
          <Button
            pending={pending}
            pendingLabel={`Redirecting to ${providerName}…`}
            onClick={() => void submit()}
          >
            Continue with {providerName}
          </Button>
        </div>
      )}
    </Alert>
  );
}
