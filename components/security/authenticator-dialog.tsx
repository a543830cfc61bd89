"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ConfirmDialog } from "@/components/forms/confirm-dialog";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { CopyField } from "@/components/ui/copy-field";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { confirmAuthenticator, useTurnOffAuthenticator } from "@/lib/client/change-two-step";
import type { AuthenticatorSetup } from "@/lib/contracts/account";

export function AuthenticatorDialog({
  setup,
  onTurnedOn,
  onClose,
}: {
  setup: AuthenticatorSetup;
  onTurnedOn: (recoveryCodes: string[]) => void;
  onClose: () => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const queryClient = useQueryClient();
  const [code, setCode] = useState("");
  const form = useSubmit(() => confirmAuthenticator(queryClient, code), {
    doing: "Turning on the authenticator app",
    fields: ["code"],
    onDone: onTurnedOn,
    onFailure: () => input.current?.select(),
  });

  return (
    <FormDialog
      form={form}
      onSubmit={() => void form.submit()}
      onClose={onClose}
      // Losing a typed code is no loss.
      draft={false}
      staysWhilePending
      title="Set up authenticator app"
      description="Scan this with an app such as 1Password, Google Authenticator, or Aegis, then enter the code it shows."
      initialFocus={input}
      action="Turn on"
      pendingLabel="Turning on…"
    >
      {/* biome-ignore lint/performance/noImgElement: a data URI that the server made for this dialog. */}
      <img
        src={setup.qrCode}
        alt="QR code for your authenticator app"
        width={192}
        height={192}
        className="justify-self-center rounded-control border"
      />
      <CopyField label="Secret, if you can’t scan" value={setup.secret} />
      <Field
        label="Code"
        error={form.wrong.code}
        hint="6 digits. Turning this on signs you out of every other browser."
      >
        <TextInput
          ref={input}
          mono
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={12}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      </Field>
    </FormDialog>
  );
}

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
