"use client";

import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { errorMessage } from "@/lib/client/api-client";
import { visitToConfirm } from "@/lib/client/identity-providers";
import type { IdentityProvider, IdentityProviderId } from "@/lib/contracts/identity-providers";

/** The connected providers that can say who it is. The page is left and loaded anew: what is typed in it goes. */
export function ConfirmWithProvider({ providers, only }: { providers: IdentityProvider[]; only: boolean }) {
  const [pending, setPending] = useState<IdentityProviderId | null>(null);
  const [error, setError] = useState<unknown>(null);

  async function visit(provider: IdentityProviderId) {
    setPending(provider);
    setError(null);
    try {
      await visitToConfirm(provider);
    } catch (thrown) {
      setError(thrown);
      setPending(null);
    }
  }

  return (
    <div className="grid gap-2">
      {error !== null && <Alert>{errorMessage(error)}</Alert>}
      {providers.map(({ id, name }) => (
        <Button
          key={id}
          pending={pending === id}
          pendingLabel={`Going to ${name}…`}
          variant={only ? "primary" : "secondary"}
          className="w-full"
          onClick={() => visit(id)}
        >
          Continue with {name}
        </Button>
      ))}
      <p className="text-muted text-sm">
        That leaves this page and comes back to it; what is typed here is not kept.
      </p>
    </div>
  );
}
