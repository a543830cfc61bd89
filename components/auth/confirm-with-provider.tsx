"use client";

import { useState } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { visitToConfirm } from "@/lib/client/identity-providers";
import type { IdentityProvider, IdentityProviderId } from "@/lib/contracts/identity-providers";

/** The connected providers that can say who it is. The page is left and loaded anew: what is typed in it goes. */
export function ConfirmWithProvider({ providers, only }: { providers: IdentityProvider[]; only: boolean }) {
  const [going, setGoing] = useState<IdentityProviderId | null>(null);
  const { submit, failure } = useSubmit(visitToConfirm, {
    doing: "Going to the provider",
    onFailure: () => setGoing(null),
    leaves: true,
  });

  function visit(provider: IdentityProviderId) {
    setGoing(provider);
    void submit(provider);
  }

  return (
    <div className="grid gap-2">
      {failure && <Alert>{failure}</Alert>}
      {providers.map(({ id, name }) => (
        <Button
          key={id}
          pending={going === id}
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
