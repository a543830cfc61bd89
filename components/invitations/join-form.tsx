"use client";

import { useAuthForm } from "@/components/auth/use-auth-form";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { PasswordInput } from "@/components/ui/password-input";
import { TextInput } from "@/components/ui/text-input";
import { joinWithNewAccount } from "@/lib/client/join-workspace";

export function JoinForm({
  token,
  email,
  passwordMinLength,
}: {
  token: string;
  email: string;
  passwordMinLength: number;
}) {
  const { form, fields, problem, pending } = useAuthForm(async (value) => {
    const { workspaceSlug } = await joinWithNewAccount({
      token,
      name: value("name"),
      password: value("password"),
    });
    window.location.assign(`/${workspaceSlug}/settings`);
  });

  return (
    <form {...form}>
      {problem && <Alert>{problem}</Alert>}
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
