"use client";

import Link from "next/link";
import { useRef } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { PasswordInput } from "@/components/ui/password-input";
import { TextInput } from "@/components/ui/text-input";
import { ApiError, errorMessage } from "@/lib/client/api-client";
import { signIn } from "@/lib/client/sign-in";
import { useAuthForm } from "./use-auth-form";

/** Signs in, then goes to `goal`, which must be a safe path. */
export function SignInForm({ goal }: { goal: string }) {
  const password = useRef<HTMLInputElement>(null);
  const { form, fields, problem, error, pending } = useAuthForm(async (value) => {
    try {
      const { next } = await signIn(value("email"), value("password"));
      // A full page load, because memory may hold another person's pages.
      window.location.assign(next ? `${next}?callbackUrl=${encodeURIComponent(goal)}` : goal);
    } catch (thrown) {
      if (thrown instanceof ApiError && thrown.code === "incorrect_credentials") password.current?.select();
      throw thrown;
    }
  });

  return (
    <form {...form}>
      {problem && <Alert>{messageWithWait(error)}</Alert>}
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
      <Field
        label="Password"
        error={fields.password}
        aside={
          <Link href="/forgot-password" className="text-accent underline underline-offset-2">
            Forgot password?
          </Link>
        }
      >
        <PasswordInput ref={password} name="password" autoComplete="current-password" />
      </Field>
      <Button type="submit" variant="primary" pending={pending} pendingLabel="Signing in…" className="w-full">
        Sign in
      </Button>
    </form>
  );
}

function messageWithWait(error: unknown): string {
  const message = errorMessage(error);
  if (!(error instanceof ApiError) || error.code !== "too_many_attempts" || !error.retryAfterSeconds)
    return message;
  const minutes = Math.ceil(error.retryAfterSeconds / 60);
  return `Too many attempts. Try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`;
}
