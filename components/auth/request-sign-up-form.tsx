"use client";

import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { requestSignUp } from "@/lib/client/mailed-links";
import { CheckEmail } from "./check-email";
import { useAuthForm } from "./use-auth-form";

/** Sign-up that first verifies the email address. The emailed link leads to choosing a password. */
export function RequestSignUpForm() {
  const [sentTo, setSentTo] = useState<string | null>(null);
  const { form, fields, problem, pending } = useAuthForm(async (value) => {
    const email = value("email");
    await requestSignUp({ name: value("name"), email, workspaceName: value("workspaceName") });
    setSentTo(email);
  });

  if (sentTo !== null)
    return (
      <CheckEmail>
        An email to <strong className="font-medium break-all">{sentTo}</strong> has the next steps. Its link
        works for 24 hours.
      </CheckEmail>
    );
  return (
    <form {...form}>
      {problem && <Alert>{problem}</Alert>}
      <Field label="Name" error={fields.name}>
        <TextInput name="name" autoComplete="name" autoFocus />
      </Field>
      <Field label="Email" error={fields.email} hint="We’ll email you a link to choose a password.">
        <TextInput name="email" type="email" autoComplete="username" inputMode="email" spellCheck={false} />
      </Field>
      <Field
        label="Workspace name"
        error={fields.workspaceName}
        hint="Your company or product. You can change it later."
      >
        <TextInput name="workspaceName" autoComplete="organization" />
      </Field>
      <Button type="submit" variant="primary" pending={pending} pendingLabel="Sending…" className="w-full">
        Create account
      </Button>
    </form>
  );
}
