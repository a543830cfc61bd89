"use client";

import { type FormEvent, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { PasswordInput } from "@/components/ui/password-input";
import { TextInput } from "@/components/ui/text-input";
import { ApiError, errorMessage } from "@/lib/client/api-client";
import { focusFirstError } from "@/lib/client/focus-first-error";
import { signUp } from "@/lib/client/sign-in";
import { goalAfterSignUp } from "./goal-after-sign-up";

/** Makes an account with its workspace, signs in, and goes to the workspace's settings. */
export function SignUpForm({ passwordMinLength }: { passwordMinLength: number }) {
  const form = useRef<HTMLFormElement>(null);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fields = error instanceof ApiError ? error.fields : {};
  const hasFields = Object.keys(fields).length > 0;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const data = new FormData(event.currentTarget);
    const text = (name: string) => String(data.get(name) ?? "");
    setPending(true);
    setError(null);
    try {
      const { workspaceSlug } = await signUp({
        name: text("name"),
        email: text("email"),
        password: text("password"),
        workspaceName: text("workspaceName"),
      });
      window.location.assign(await goalAfterSignUp(workspaceSlug, text("email"), text("password")));
    } catch (thrown) {
      setError(thrown);
      setPending(false);
      focusFirstError(form.current);
    }
  }

  return (
    <form ref={form} noValidate onSubmit={submit} method="post" className="grid gap-5">
      {error !== null && !hasFields && <Alert>{errorMessage(error)}</Alert>}
      <Field label="Name" error={fields.name}>
        <TextInput name="name" autoComplete="name" autoFocus />
      </Field>
      <Field label="Email" error={fields.email}>
        <TextInput name="email" type="email" autoComplete="username" inputMode="email" spellCheck={false} />
      </Field>
      <Field label="Password" error={fields.password} hint={`At least ${passwordMinLength} characters.`}>
        <PasswordInput name="password" autoComplete="new-password" />
      </Field>
      <Field
        label="Workspace name"
        error={fields.workspaceName}
        hint="Your company or product. It can be changed later."
      >
        <TextInput name="workspaceName" autoComplete="organization" />
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
