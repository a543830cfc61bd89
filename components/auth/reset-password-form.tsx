"use client";

import Link from "next/link";
import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { buttonStyle } from "@/components/ui/button-style";
import { Field } from "@/components/ui/field";
import { PasswordInput } from "@/components/ui/password-input";
import { resetPassword } from "@/lib/client/mailed-links";
import { useAuthForm } from "./use-auth-form";

type Props = { token: string; email: string; passwordMinLength: number };

/** Sets a new password behind an emailed link. Doesn't sign in: the second step still applies. */
export function ResetPasswordForm({ token, email, passwordMinLength }: Props) {
  const [done, setDone] = useState(false);
  const { form, fields, problem, pending } = useAuthForm(async (value) => {
    await resetPassword(token, value("password"));
    setDone(true);
  });

  if (done)
    return (
      <div className="grid gap-5">
        <p role="status">Your password was changed, and you’ve been signed out everywhere.</p>
        <Link href="/sign-in" className={buttonStyle({ variant: "primary" })}>
          Sign in
        </Link>
      </div>
    );
  return (
    <form {...form}>
      {problem && <Alert>{problem}</Alert>}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field
        label="New password"
        error={fields.password ?? fields.token}
        hint={`For ${email}. At least ${passwordMinLength} characters.`}
      >
        <PasswordInput name="password" autoComplete="new-password" autoFocus />
      </Field>
      <Button type="submit" variant="primary" pending={pending} pendingLabel="Changing…" className="w-full">
        Change password
      </Button>
    </form>
  );
}
