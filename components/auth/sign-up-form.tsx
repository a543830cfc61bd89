"use client";

import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { PasswordInput } from "@/components/ui/password-input";
import { TextInput } from "@/components/ui/text-input";
import { signUp } from "@/lib/client/sign-in";
import { goalAfterSignUp } from "./goal-after-sign-up";
import { useAuthForm } from "./use-auth-form";

export function SignUpForm({ passwordMinLength }: { passwordMinLength: number }) {
  const { form, fields, problem, pending } = useAuthForm(async (value) => {
    const { workspaceSlug } = await signUp({
      name: value("name"),
      email: value("email"),
      password: value("password"),
      workspaceName: value("workspaceName"),
    });
    window.location.assign(await goalAfterSignUp(workspaceSlug, value("email"), value("password")));
  });

  return (
    <form {...form}>
      {problem && <Alert>{problem}</Alert>}
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
        hint="Your company or product. You can change it later."
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
