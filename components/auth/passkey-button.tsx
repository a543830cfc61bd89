"use client";

import { Fingerprint } from "lucide-react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { ApiError, errorMessage } from "@/lib/client/api-client";
import { passSecondStepByPasskey, signInByPasskey } from "@/lib/client/passkeys";

/** Asks for a passkey, then goes to `goal`, which must be a safe path. */
function PasskeyButton({
  label,
  use,
  goal,
  primary = false,
}: {
  label: string;
  use: () => Promise<void>;
  goal: string;
  primary?: boolean;
}) {
  const { submit, pending, error } = useSubmit(use, {
    doing: label,
    // A full page load, because memory may hold another person's pages.
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

/** `alone` if the account has no other second step. */
export function PasskeySecondStep({ goal, alone }: { goal: string; alone: boolean }) {
  return <PasskeyButton label="Use a passkey" use={passSecondStepByPasskey} goal={goal} primary={alone} />;
}

export function PasskeySignIn({ goal }: { goal: string }) {
  return <PasskeyButton label="Sign in with a passkey" use={signInByPasskey} goal={goal} />;
}
