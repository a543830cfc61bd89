"use client";

import { useEffect, useRef, useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { PasswordInput } from "@/components/ui/password-input";
import { TextInput } from "@/components/ui/text-input";
import { ApiError } from "@/lib/client/api-client";
import { reauthenticateByPasskey } from "@/lib/client/passkeys";
import { reauthenticate, useAccount } from "@/lib/client/use-account";
import type { Account } from "@/lib/contracts/account";
import { ConfirmWithProvider } from "./confirm-with-provider";

const ways = {
  password: { description: "Enter your password to go on.", use: "Use your password" },
  code: {
    description: "Enter the code that your authenticator app shows to go on.",
    use: "Use your authenticator app",
  },
  passkey: { description: "Use your passkey to go on.", use: "Use a passkey" },
};
type Way = keyof typeof ways;

/** Asks for the password, a code of the authenticator app or a passkey, whichever the account has; any of them does. */
export function ConfirmIdentityDialog({
  account: initial,
  onFinish,
}: {
  account: Account;
  onFinish: (confirmed: boolean) => void;
}) {
  const { data: account } = useAccount(initial);
  const input = useRef<HTMLInputElement>(null);
  const confirmButton = useRef<HTMLButtonElement>(null);
  const [chosen, setChosen] = useState<Way | null>(null);
  const [typed, setTyped] = useState("");
  const open = waysOf(account);
  const way = chosen ?? open[0] ?? "password";
  const form = useSubmit(
    (by: Way) =>
      by === "passkey"
        ? reauthenticateByPasskey()
        : reauthenticate(by === "password" ? { password: typed } : { code: typed }),
    {
      doing: "Confirming that it’s you",
      onDone: () => onFinish(true),
      onFailure() {
        input.current?.focus();
        input.current?.select();
      },
    },
  );
  const wrong = whatIsWrong(form.error, way, typed);
  const canConfirmHere = open.length > 0;
  const providers = account.confirmingProviders;

  // The button that chose the way is gone: what it led to takes the focus.
  useEffect(() => {
    if (chosen) (input.current ?? confirmButton.current)?.focus();
  }, [chosen]);

  function change(to: Way) {
    setChosen(to);
    setTyped("");
    form.reset();
    // It has nothing to fill in: pressing it is the wish to use it.
    if (to === "passkey") void form.submit("passkey");
  }

  return (
    <FormDialog
      form={{ ...form, failure: wrong ? undefined : form.failure }}
      onSubmit={() => void form.submit(way)}
      onClose={() => onFinish(false)}
      // A password or a code is typed again in a moment.
      draft={false}
      size="small"
      title="Confirm it's you"
      description={canConfirmHere ? ways[way].description : howElse(providers.length > 0)}
      initialFocus={input}
      actionRef={confirmButton}
      action={canConfirmHere ? "Confirm" : null}
      pendingLabel="Confirming…"
    >
      <input type="hidden" name="username" autoComplete="username" value={account.email} readOnly />
      {canConfirmHere && way === "password" && (
        <Field key="password" label="Password" error={wrong}>
          <PasswordInput
            ref={input}
            autoComplete="current-password"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </Field>
      )}
      {way === "code" && (
        <Field key="code" label="Code" error={wrong}>
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
      {open.length > 1 && (
        <div className="-ml-2.5 flex flex-wrap gap-1">
          {open
            .filter((other) => other !== way)
            .map((other) => (
              <Button key={other} variant="ghost" size="small" onClick={() => change(other)}>
                {ways[other].use}
              </Button>
            ))}
        </div>
      )}
      {providers.length > 0 && <ConfirmWithProvider providers={providers} only={!canConfirmHere} />}
    </FormDialog>
  );
}

function waysOf({ hasPassword, hasAuthenticator, hasPasskey }: Account): Way[] {
  return [
    ...(hasPassword ? (["password"] as const) : []),
    ...(hasAuthenticator ? (["code"] as const) : []),
    ...(hasPasskey ? (["passkey"] as const) : []),
  ];
}

function howElse(byProvider: boolean): string {
  return byProvider
    ? "Sign in with a connected account once more to go on."
    : "There is nothing to confirm it with yet. Sign out, choose “Forgot password?” on the sign-in page, and set a password.";
}

function whatIsWrong(error: unknown, way: Way, typed: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.code === "incorrect_credentials") return "The password is not right.";
  if (error.code === "incorrect_code") return error.message;
  if (error.code !== "invalid_request") return undefined;
  return error.fields[way] ?? (typed || way !== "password" ? undefined : "Enter your password.");
}
