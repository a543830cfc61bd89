"use client";

import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { failureMessage } from "@/lib/client/api-error";
import { useTurnOffAuthenticator } from "@/lib/client/use-two-step";

export function TurnOffAuthenticatorDialog({
  isLastStep,
  onClose,
}: {
  /** The account has no other second step. */
  isLastStep: boolean;
  onClose: () => void;
}) {
  const turnOff = useTurnOffAuthenticator();
  return (
    <ConfirmDialog
      title="Turn off authenticator app?"
      description={
        isLastStep
          ? "Your password alone will open your account, and your recovery codes end with it."
          : "Your other second steps and your recovery codes stay."
      }
      action="Turn off"
      pendingLabel="Turning off…"
      pending={turnOff.isPending}
      failed={failureMessage(turnOff.error)}
      onConfirm={() => turnOff.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
