"use client";

import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { PasswordInput } from "@/components/ui/password-input";
import { completeSignUp } from "@/lib/client/mailed-links";
import { goalAfterSignUp } from "./goal-after-sign-up";
import { useAuthForm } from "./use-auth-form";

type Props = { token: string; email: string; passwordMinLength: number };

/** Chooses the password of a new account behind its emailed link, and creates the account. */
export function FinishSignUpForm({ token, email, passwordMinLength }: Props) {
  const { form, fields, problem, pending } = useAuthForm(async (value) => {
    const { workspaceSlug } = await completeSignUp(token, value("password"));
    window.location.assign(await goalAfterSignUp(workspaceSlug, email, value("password")));
  });

  return (
    <form {...form}>
      {problem && <Alert>{problem}</Alert>}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field
        label="Password"
        error={fields.password}
        hint={`For ${email}. At least ${passwordMinLength} characters.`}
      >
        <PasswordInput name="password" autoComplete="new-password" autoFocus />
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
