"use client";

import { ConfirmDialog } from "@/components/forms/confirm-dialog";
import { useTurnOffAuthenticator } from "@/lib/client/use-two-step";

export function TurnOffAuthenticatorDialog({
  isLastStep,
  onClose,
}: {
  isLastStep: boolean;
  onClose: () => void;
}) {
  const turnOff = useTurnOffAuthenticator();
  return (
    <ConfirmDialog
      title="Turn off authenticator app?"
      description={
        isLastStep
          ? "You’ll sign in with only your password, and your recovery codes stop working."
          : "Your other second steps and your recovery codes keep working."
      }
      action="Turn off"
      pendingLabel="Turning off…"
      doing="Turning off the authenticator app"
      onConfirm={() => turnOff.mutateAsync()}
      onDone={onClose}
      onClose={onClose}
    />
  );
}
