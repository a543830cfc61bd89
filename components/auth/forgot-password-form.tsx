"use client";

import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { requestPasswordReset } from "@/lib/client/mailed-links";
import { CheckEmail } from "./check-email";
import { useAuthForm } from "./use-auth-form";

/** Requests a password reset link. The confirmation must not reveal whether the address has an account. */
export function ForgotPasswordForm() {
  const [sentTo, setSentTo] = useState<string | null>(null);
  const { form, fields, problem, pending } = useAuthForm(async (value) => {
    await requestPasswordReset(value("email"));
    setSentTo(value("email"));
  });

  if (sentTo !== null)
    return (
      <CheckEmail>
        If <strong className="font-medium break-all">{sentTo}</strong> has an account, a link to choose a new
        password is on its way. It works for 30 minutes.
      </CheckEmail>
    );
  return (
    <form {...form}>
      {problem && <Alert>{problem}</Alert>}
      <p className="text-muted">We’ll email you a link to choose a new password.</p>
      <Field label="Email" error={fields.email}>
        <TextInput
          name="email"
          type="email"
          autoComplete="username"
          inputMode="email"
          spellCheck={false}
          autoFocus
        />
      </Field>
      <Button type="submit" variant="primary" pending={pending} pendingLabel="Sending…" className="w-full">
        Send link
      </Button>
    </form>
  );
}
