"use client";

import { type FormEvent, useRef } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { ApiError, errorMessage, fieldError } from "@/lib/client/api-client";
import { completeSecondFactor } from "@/lib/client/sign-in";

/** The second step of a sign-in, by the app's code, a mailed one or a recovery code; then on to `goal`, a path that is known to be safe. */
export function VerifyForm({ goal, by }: { goal: string; by: "code" | "emailCode" | "recoveryCode" }) {
  const input = useRef<HTMLInputElement>(null);
  const { submit, pending, error } = useSubmit((typed: string) => completeSecondFactor({ [by]: typed }), {
    doing: "Verifying the code",
    // A whole page load, as after the password.
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
              ? "The six digits that your authenticator app shows."
              : "The six digits from the mail. They are good once, for ten minutes."
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
        <Field
          label="Recovery code"
          error={wrong}
          hint="One of the ten you saved. Each opens your account once."
        >
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
