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
      description="You’ll no longer be able to sign in with this passkey. Also delete it from your device or password manager."
      action="Remove passkey"
      pendingLabel="Removing…"
      doing={`Removing ${passkey.name}`}
      onConfirm={() => remove.mutateAsync(passkey.id)}
      onDone={onRemoved}
      onClose={onClose}
    >
      {isLastStep && (
        <p>
          This is your only second step. You’ll sign in with one step again, and your recovery codes stop
          working.
        </p>
      )}
    </ConfirmDialog>
  );
}
