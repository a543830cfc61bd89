"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { CopyField } from "@/components/ui/copy-field";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { confirmAuthenticator } from "@/lib/client/use-two-step";
import type { AuthenticatorSetup } from "@/lib/contracts/account";

/** The secret for the app, as a picture and as text, and the first code back. */
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
      // A code of the moment is no loss.
      draft={false}
      staysWhilePending
      title="Set up authenticator app"
      description="Scan this with an app such as 1Password, Google Authenticator or Aegis, then enter the code it shows."
      initialFocus={input}
      action="Turn on"
      pendingLabel="Turning on…"
    >
      {/* biome-ignore lint/performance/noImgElement: a data URI, drawn by our server for this dialog alone. */}
      <img
        src={setup.qrCode}
        alt="QR code for your authenticator app"
        width={192}
        height={192}
        className="justify-self-center rounded-control border"
      />
      <CopyField label="Secret, if you cannot scan" value={setup.secret} />
      <Field
        label="Code"
        error={form.wrong.code}
        hint="Six digits. Turning it on signs you out in every other browser."
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
