"use client";

import { useEffect, useState } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { visitToSignIn } from "@/lib/client/identity-providers";
import type { IdentityProvider, IdentityProviderId } from "@/lib/contracts/identity-providers";

/** Buttons to sign in with a provider. `goal` must be a safe path; null for the default page. */
export function ProviderButtons({ providers, goal }: { providers: IdentityProvider[]; goal: string | null }) {
  const [going, setGoing] = useState<IdentityProviderId | null>(null);
  const { submit, failure } = useSubmit((provider: IdentityProviderId) => visitToSignIn(provider, goal), {
    doing: "Redirecting to the provider",
    onFailure: () => setGoing(null),
  });

  // The browser's Back button restores the page as it was left: pending.
  useEffect(() => {
    const reset = () => setGoing(null);
    window.addEventListener("pageshow", reset);
    return () => window.removeEventListener("pageshow", reset);
  }, []);

  function visit(provider: IdentityProviderId) {
    setGoing(provider);
    void submit(provider);
  }

  if (providers.length === 0) return null;
  return (
    <div className="mt-6 grid gap-3">
      <div
        aria-hidden
        className="flex items-center gap-3 text-muted text-sm before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line"
      >
        or
      </div>
      {failure && <Alert>{failure}</Alert>}
      {providers.map(({ id, name }) => (
        <Button
          key={id}
          pending={going === id}
          pendingLabel={`Redirecting to ${name}…`}
          className="w-full"
          onClick={() => visit(id)}
        >
          Continue with {name}
        </Button>
      ))}
    </div>
  );
}
