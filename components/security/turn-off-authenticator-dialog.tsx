"use client";

import { ConfirmDialog } from "@/components/forms/confirm-dialog";
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
      doing={"Turning off the authenticator app"}
      onConfirm={() => turnOff.mutateAsync()}
      onDone={onClose}
      onClose={onClose}
    />
  );
}
