"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDialog } from "@/components/forms/confirm-dialog";
import { Alert } from "@/components/ui/alert";
import { setEmailCodes } from "@/lib/client/use-two-step";
import type { TwoStepState } from "@/lib/contracts/account";

/** Turns codes by mail on or off. */
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
  // What the dialog is about, whatever its own answer makes of it meanwhile.
  const [isOn] = useState(state.emailCodes);
  const isLastStep = isOn && !state.authenticator && state.passkeys === 0;

  return (
    <ConfirmDialog
      title={isOn ? "Turn off email codes?" : "Turn on email codes?"}
      description={
        isOn
          ? isLastStep
            ? "Signing in takes one step again, and your recovery codes end with it."
            : "Your other second steps and your recovery codes stay."
          : "After your password, a code that is mailed to you can be your second step."
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
        <Alert tone="warn" title="Weaker: whoever reads your mail can pass it">
          They can reset your password there as well, and then have both steps. An authenticator app or a
          passkey is better.
        </Alert>
      )}
    </ConfirmDialog>
  );
}
