"use client";

import { Fingerprint } from "lucide-react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { ApiError, errorMessage } from "@/lib/client/api-client";

/**
 * Asks for a passkey and goes on to `goal`, a path that is known to be safe. Once it was right the button stays pending: what
 * follows is another page.
 */
export function PasskeyButton({
  label,
  use,
  goal,
  primary = false,
}: {
  label: string;
  use: () => Promise<void>;
  goal: string;
  /** It is the page's one action. */
  primary?: boolean;
}) {
  const { submit, pending, error } = useSubmit(use, {
    doing: label,
    // A whole page load: the pages ahead are another person's than the ones in memory.
    onDone: () => window.location.assign(goal),
    leaves: true,
  });

  return (
    <div className="grid gap-3">
      <Button
        variant={primary ? "primary" : "secondary"}
        icon={<Fingerprint aria-hidden className="size-4" />}
        pending={pending}
        className="w-full"
        onClick={() => void submit()}
      >
        {pending ? "Waiting for your passkey…" : label}
      </Button>
      {error !== null && (
        <Alert>
          {errorMessage(error)}
          {error instanceof ApiError && error.code === "not_signed_in" && (
            <a
              href={`/sign-in?callbackUrl=${encodeURIComponent(goal)}`}
              className="block text-accent underline underline-offset-2"
            >
              Go to sign-in
            </a>
          )}
        </Alert>
      )}
    </div>
  );
}
