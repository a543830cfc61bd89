"use client";

import { ConfirmDialog } from "@/components/forms/confirm-dialog";
import { RenameDialog } from "@/components/forms/rename-dialog";
import { useRemovePasskey, useRenamePasskey } from "@/lib/client/change-passkeys";
import { useTwoStep } from "@/lib/client/use-two-step";
import type { PasskeyView } from "@/lib/contracts/passkeys";

export function RenamePasskeyDialog({ passkey, onClose }: { passkey: PasskeyView; onClose: () => void }) {
  const rename = useRenamePasskey();
  return (
    <RenameDialog
      name={passkey.name}
      hint="Your device or password manager keeps its own name for it."
      maxLength={120}
      onSave={(name) => rename.mutateAsync({ id: passkey.id, name })}
      onClose={onClose}
    />
  );
}

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
