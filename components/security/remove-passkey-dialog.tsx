"use client";

import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { errorMessage, wasNotConfirmed } from "@/lib/client/api-client";
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
    <Dialog
      open
      onOpenChange={onClose}
      size="small"
      title={`Remove ${passkey.name}?`}
      description="This passkey opens your account no more. Delete it on your device or in your password manager as well."
      onSubmit={() => !remove.isPending && remove.mutate(passkey.id, { onSuccess: onRemoved })}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="danger" pending={remove.isPending} pendingLabel="Removing…">
            Remove passkey
          </Button>
        </>
      }
    >
      {remove.error && !wasNotConfirmed(remove.error) && <Alert>{errorMessage(remove.error)}</Alert>}
      {isLastStep && (
        <p className="not-first:mt-4">
          It is your only second step: signing in takes one step again, and your recovery codes end with it.
        </p>
      )}
    </Dialog>
  );
}
