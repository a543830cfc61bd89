"use client";

import { type FormEvent, useRef } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { ApiError, errorMessage, fieldError } from "@/lib/client/api-client";
import { completeSecondFactor } from "@/lib/client/sign-in";

/** The second step by a code. Then goes to `goal`, which must be a safe path. */
export function VerifyForm({ goal, by }: { goal: string; by: "code" | "emailCode" | "recoveryCode" }) {
  const input = useRef<HTMLInputElement>(null);
  const { submit, pending, error } = useSubmit((typed: string) => completeSecondFactor({ [by]: typed }), {
    doing: "Verifying the code",
    onDone: () => window.location.assign(goal),
    onFailure() {
      input.current?.focus();
      input.current?.select();
    },
    leaves: true,
  });
  const code = error instanceof ApiError ? error.code : null;
  const wrong = fieldError(error, by) ?? (code === "incorrect_code" ? errorMessage(error) : undefined);

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    void submit(String(new FormData(event.currentTarget).get(by)));
  }

  return (
    <form noValidate onSubmit={onSubmit} method="post" className="grid gap-5">
      {error !== null && !wrong && (
        <Alert>
          {errorMessage(error)}
          {code === "not_signed_in" && (
            <a
              href={`/sign-in?callbackUrl=${encodeURIComponent(goal)}`}
              className="block text-accent underline underline-offset-2"
            >
              Go to sign-in
            </a>
          )}
        </Alert>
      )}
      {by !== "recoveryCode" ? (
        <Field
          label="Code"
          error={wrong}
          hint={
            by === "code"
              ? "The 6-digit code from your authenticator app."
              : "The 6-digit code from the email. It works once, for 10 minutes."
          }
        >
          <TextInput
            key={by}
            ref={input}
            mono
            name={by}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={12}
            autoFocus
          />
        </Field>
      ) : (
        <Field label="Recovery code" error={wrong} hint="One of the 10 codes you saved. Each works once.">
          <TextInput
            key="recoveryCode"
            ref={input}
            mono
            name="recoveryCode"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={100}
            autoFocus
          />
        </Field>
      )}
      <Button type="submit" variant="primary" pending={pending} pendingLabel="Verifying…" className="w-full">
        Verify
      </Button>
    </form>
  );
}
