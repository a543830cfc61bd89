"use client";

import { ConfirmDialog } from "@/components/forms/confirm-dialog";
import { useRemovePasskey } from "@/lib/client/use-passkeys";
import { useTwoStep } from "@/lib/client/use-two-step";
import type { PasskeyView } from "@/lib/contracts/passkeys";

export function RemovePasskeyDialog({
  passkey,
  onRemoved,
  onClose,
}: {
  passkey: PasskeyView;
  onRemoved: () => void;
  onClose: () => void;
}) {
  const remove = useRemovePasskey();
  const { data: steps } = useTwoStep();
  const isLastStep = steps?.passkeys === 1 && !steps.authenticator && !steps.emailCodes;
  return (
    <ConfirmDialog
      title={`Remove ${passkey.name}?`}
      description="This passkey opens your account no more. Delete it on your device or in your password manager as well."
      action="Remove passkey"
      pendingLabel="Removing…"
      doing={`Removing ${passkey.name}`}
      onConfirm={() => remove.mutateAsync(passkey.id)}
      onDone={onRemoved}
      onClose={onClose}
    >
      {isLastStep && (
        <p>
          It is your only second step: signing in takes one step again, and your recovery codes end with it.
        </p>
      )}
    </ConfirmDialog>
  );
}
