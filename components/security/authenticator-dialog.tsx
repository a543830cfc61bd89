"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { errorMessage, fieldError } from "@/lib/client/api-client";
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
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const wrong = fieldError(error, "code");

  async function turnOn() {
    if (pending) return;
    setPending(true);
    setError(null);
    try {
      onTurnedOn(await confirmAuthenticator(queryClient, code));
    } catch (thrown) {
      setError(thrown);
      setPending(false);
      input.current?.focus();
      input.current?.select();
    }
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Set up authenticator app"
      description="Scan this with an app such as 1Password, Google Authenticator or Aegis, then enter the code it shows."
      onSubmit={turnOn}
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" pending={pending} pendingLabel="Turning on…">
            Turn on
          </Button>
        </>
      }
    >
      <div className="grid gap-5">
        {error !== null && !wrong && <Alert>{errorMessage(error)}</Alert>}
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
          error={wrong}
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
      </div>
    </Dialog>
  );
}
