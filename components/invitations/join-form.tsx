"use client";

import { type FormEvent, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { PasswordInput } from "@/components/ui/password-input";
import { TextInput } from "@/components/ui/text-input";
import { ApiError, errorMessage } from "@/lib/client/api-client";
import { focusFirstError } from "@/lib/client/focus-first-error";
import { joinWithNewAccount } from "@/lib/client/join-workspace";

/** Makes the account that the invitation is for, and joins with it. */
export function JoinForm({
  token,
  email,
  passwordMinLength,
}: {
  token: string;
  email: string;
  passwordMinLength: number;
}) {
  const form = useRef<HTMLFormElement>(null);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fields = error instanceof ApiError ? error.fields : {};
  const hasFields = Object.keys(fields).length > 0;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const data = new FormData(event.currentTarget);
    setPending(true);
    setError(null);
    try {
      const { workspaceSlug } = await joinWithNewAccount({
        token,
        name: String(data.get("name")),
        password: String(data.get("password")),
      });
      window.location.assign(`/${workspaceSlug}/settings`);
    } catch (thrown) {
      setError(thrown);
      setPending(false);
      focusFirstError(form.current);
    }
  }

  return (
    <form ref={form} noValidate onSubmit={submit} method="post" className="grid gap-5">
      {error !== null && !hasFields && <Alert>{errorMessage(error)}</Alert>}
      <Field label="Email" hint="The invitation is for this address.">
        <TextInput name="email" type="email" autoComplete="username" readOnly value={email} />
      </Field>
      <Field label="Name" error={fields.name}>
        <TextInput name="name" autoComplete="name" autoFocus />
      </Field>
      <Field label="Password" error={fields.password} hint={`At least ${passwordMinLength} characters.`}>
        <PasswordInput name="password" autoComplete="new-password" />
      </Field>
      <Button
        type="submit"
        variant="primary"
        pending={pending}
        pendingLabel="Creating account…"
        className="w-full"
      >
        Create account
      </Button>
    </form>
  );
}
