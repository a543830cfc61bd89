"use client";

import { useEffect, useState } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { visitToSignIn } from "@/lib/client/identity-providers";
import type { IdentityProvider, IdentityProviderId } from "@/lib/contracts/identity-providers";

/** The other ways in, under the form. `goal` is a path that is known to be safe; null where nothing in particular is wanted. */
export function ProviderButtons({ providers, goal }: { providers: IdentityProvider[]; goal: string | null }) {
  const [going, setGoing] = useState<IdentityProviderId | null>(null);
  const { submit, failure } = useSubmit((provider: IdentityProviderId) => visitToSignIn(provider, goal), {
    doing: "Going to the provider",
    onFailure: () => setGoing(null),
  });

  // Who comes back by the browser's own button finds the page as they left it: waiting.
  useEffect(() => {
    const wake = () => setGoing(null);
    window.addEventListener("pageshow", wake);
    return () => window.removeEventListener("pageshow", wake);
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
          pendingLabel={`Going to ${name}…`}
          className="w-full"
          onClick={() => visit(id)}
        >
          Continue with {name}
        </Button>
      ))}
    </div>
  );
}
