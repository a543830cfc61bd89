"use client";

import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { PasswordInput } from "@/components/ui/password-input";
import { ApiError, errorMessage } from "@/lib/client/api-client";
import { reauthenticate } from "@/lib/client/use-account";

export function ConfirmIdentityDialog({
  email,
  onFinish,
}: {
  email: string;
  onFinish: (confirmed: boolean) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [password, setPassword] = useState("");
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const wrong = wrongPassword(error, password);

  async function confirm() {
    if (pending) return;
    setPending(true);
    setError(null);
    try {
      await reauthenticate(password);
      onFinish(true);
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
      onOpenChange={() => onFinish(false)}
      size="small"
      title="Confirm it's you"
      description="Enter your password to go on."
      onSubmit={confirm}
      initialFocus={input}
      footer={
        <>
          <Button onClick={() => onFinish(false)}>Cancel</Button>
          <Button type="submit" variant="primary" pending={pending} pendingLabel="Confirming…">
            Confirm
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {error !== null && !wrong && <Alert>{errorMessage(error)}</Alert>}
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <Field label="Password" error={wrong}>
          <PasswordInput
            ref={input}
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
      </div>
    </Dialog>
  );
}

function wrongPassword(error: unknown, password: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.code === "incorrect_credentials") return "The password is not right.";
  if (error.code === "invalid_request")
    return error.fields.password ?? (password ? undefined : "Enter your password.");
  return undefined;
}
