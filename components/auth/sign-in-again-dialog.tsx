"use client";

import { Fingerprint } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { PasswordInput } from "@/components/ui/password-input";
import { TextInput } from "@/components/ui/text-input";
import { ApiError } from "@/lib/client/api-client";
import { findSignedIn } from "@/lib/client/find-signed-in";
import { passSecondStepByPasskey, signInByPasskey } from "@/lib/client/passkeys";
import { passSecondStep, signIn } from "@/lib/client/sign-in";
import { listenForSignIn, openProviderWindow, openSignInWindow } from "@/lib/client/sign-in-window";
import type { Account } from "@/lib/contracts/account";

/** Signs in over the page: by password, by passkey, or in a window of its own, which knows every other way. */
export function SignInAgainDialog({
  account,
  secondStep: onlySecondStep,
  onSignedIn,
  onClose,
}: {
  account: Account;
  /** The password was given already, and the second step is missing. */
  secondStep: boolean;
  /** Tells who it is; null for another person whose second step is missing. */
  onSignedIn: (userId: string | null) => void;
  onClose: () => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [secondStep, setSecondStep] = useState(onlySecondStep);
  const [email, setEmail] = useState(account.email);
  const [typed, setTyped] = useState("");
  const isHere = secondStep ? account.hasAuthenticator : account.hasPassword;

  const form = useSubmit(
    async (proof: () => Promise<unknown>) => {
      await proof();
      return findSignedIn();
    },
    {
      doing: "Signing in",
      fields: ["email", "password", "code"],
      onDone({ userId, secondStep: missing }) {
        if (userId) onSignedIn(userId);
        else if (missing && email.trim().toLowerCase() !== account.email) onSignedIn(null);
        else if (missing) {
          setTyped("");
          setSecondStep(true);
        }
      },
      onFailure: () => input.current?.select(),
    },
  );
  // Opening a window is over once it is open; what comes of it is said by the window.
  const elsewhere = useSubmit(async (open: () => unknown) => void (await open()), { doing: "Signing in" });
  const look = useRef(form.submit);
  useEffect(() => {
    look.current = form.submit;
  });
  useEffect(() => listenForSignIn(() => void look.current(async () => undefined)), []);

  // The field of the step before is gone.
  useEffect(() => {
    if (secondStep) input.current?.focus();
  }, [secondStep]);

  const code = form.error instanceof ApiError ? form.error.code : null;
  const wrongCode = form.wrong.code ?? (code === "incorrect_code" ? form.failure : undefined);

  return (
    <FormDialog
      form={{ ...form, failure: wrongCode ? undefined : (form.failure ?? elsewhere.failure) }}
      onSubmit={() =>
        void form.submit(() => (secondStep ? passSecondStep({ code: typed }) : signIn(email, typed)))
      }
      onClose={onClose}
      // A password or a code is typed again in a moment.
      draft={false}
      size="small"
      title={secondStep ? "Verify it’s you" : "Sign in to continue"}
      description={
        secondStep
          ? "One more step, and you can go on where you were."
          : "Your session ended. What you typed is kept, and what you were doing goes on once you’ve signed in."
      }
      initialFocus={input}
      cancelLabel="Not now"
      action={isHere ? (secondStep ? "Verify" : "Sign in") : null}
      pendingLabel={secondStep ? "Verifying…" : "Signing in…"}
    >
      {isHere && !secondStep && (
        <>
          <Field label="Email" error={form.wrong.email}>
            <TextInput
              type="email"
              autoComplete="username"
              inputMode="email"
              spellCheck={false}
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          </Field>
          <Field label="Password" error={form.wrong.password}>
            <PasswordInput
              ref={input}
              autoComplete="current-password"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </Field>
        </>
      )}
      {isHere && secondStep && (
        <Field label="Code" error={wrongCode} hint="The six digits that your authenticator app shows.">
          <TextInput
            ref={input}
            mono
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={12}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </Field>
      )}
      <div className="grid gap-2">
        {account.hasPasskey && (
          <Button
            icon={<Fingerprint aria-hidden className="size-4" />}
            className="w-full"
            onClick={() => void form.submit(secondStep ? passSecondStepByPasskey : signInByPasskey)}
          >
            {secondStep ? "Use a passkey" : "Sign in with a passkey"}
          </Button>
        )}
        {!secondStep &&
          account.confirmingProviders.map(({ id, name }) => (
            <Button
              key={id}
              className="w-full"
              onClick={() => void elsewhere.submit(() => openProviderWindow(id))}
            >
              Continue with {name}
            </Button>
          ))}
        <Button
          variant="ghost"
          className="w-full"
          onClick={() =>
            void elsewhere.submit(() => openSignInWindow(secondStep ? "/sign-in/verify" : "/sign-in"))
          }
        >
          Use another way in a new window
        </Button>
      </div>
    </FormDialog>
  );
}
