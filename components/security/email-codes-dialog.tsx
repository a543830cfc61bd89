"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDialog } from "@/components/forms/confirm-dialog";
import { Alert } from "@/components/ui/alert";
import { setEmailCodes } from "@/lib/client/change-two-step";
import type { TwoStepState } from "@/lib/contracts/account";

export function EmailCodesDialog({
  state,
  onDone,
  onClose,
}: {
  state: TwoStepState;
  onDone: (recoveryCodes: string[]) => void;
  onClose: () => void;
}) {
  const queryClient = useQueryClient();
  // Fixed on opening: turning codes on or off changes `state` while the dialog is still open.
  const [isOn] = useState(state.emailCodes);
  const isLastStep = isOn && !state.authenticator && state.passkeys === 0;

  return (
    <ConfirmDialog
      title={isOn ? "Turn off email codes?" : "Turn on email codes?"}
      description={
        isOn
          ? isLastStep
            ? "You’ll sign in with one step again, and your recovery codes stop working."
            : "Your other second steps and your recovery codes keep working."
          : "After your password, you can enter a code that we email you."
      }
      action={isOn ? "Turn off" : "Turn on"}
      pendingLabel={isOn ? "Turning off…" : "Turning on…"}
      variant={isOn ? "danger" : "primary"}
      doing={isOn ? "Turning off email codes" : "Turning on email codes"}
      onConfirm={() => setEmailCodes(queryClient, !isOn)}
      onDone={onDone}
      staysWhilePending={!isOn}
      onClose={onClose}
    >
      {!isOn && (
        <Alert tone="warn" title="Less secure: anyone with access to your email can use it">
          They can also reset your password, and then have both steps. An authenticator app or a passkey is
          more secure.
        </Alert>
      )}
    </ConfirmDialog>
  );
}
