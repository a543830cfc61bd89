"use client";

import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { errorMessage, wasNotConfirmed } from "@/lib/client/api-client";
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
    <Dialog
      open
      onOpenChange={onClose}
      size="small"
      title="Turn off authenticator app?"
      description={
        isLastStep
          ? "Your password alone will open your account, and your recovery codes end with it."
          : "Your other second steps and your recovery codes stay."
      }
      onSubmit={() => !turnOff.isPending && turnOff.mutate(undefined, { onSuccess: onClose })}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="danger" pending={turnOff.isPending} pendingLabel="Turning off…">
            Turn off
          </Button>
        </>
      }
    >
      {turnOff.error && !wasNotConfirmed(turnOff.error) && <Alert>{errorMessage(turnOff.error)}</Alert>}
    </Dialog>
  );
}
