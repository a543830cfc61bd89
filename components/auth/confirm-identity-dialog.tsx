"use client";

import { useEffect, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { PasswordInput } from "@/components/ui/password-input";
import { TextInput } from "@/components/ui/text-input";
import { ApiError, errorMessage } from "@/lib/client/api-client";
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
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const open = waysOf(account);
  const way = chosen ?? open[0] ?? "password";
  const wrong = whatIsWrong(error, way, typed);
  const canConfirmHere = open.length > 0;
  const providers = account.confirmingProviders;

  // The button that chose the way is gone: what it led to takes the focus.
  useEffect(() => {
    if (chosen) (input.current ?? confirmButton.current)?.focus();
  }, [chosen]);

  async function confirm(by: Way) {
    if (pending) return;
    setPending(true);
    setError(null);
    try {
      if (by === "passkey") await reauthenticateByPasskey();
      else await reauthenticate(by === "password" ? { password: typed } : { code: typed });
      onFinish(true);
    } catch (thrown) {
      setError(thrown);
      setPending(false);
      input.current?.focus();
      input.current?.select();
    }
  }

  function change(to: Way) {
    setChosen(to);
    setTyped("");
    setError(null);
    // It has nothing to fill in: pressing it is the wish to use it.
    if (to === "passkey") void confirm("passkey");
  }

  return (
    <Dialog
      open
      onOpenChange={() => onFinish(false)}
      size="small"
      title="Confirm it's you"
      description={canConfirmHere ? ways[way].description : howElse(providers.length > 0)}
      onSubmit={canConfirmHere ? () => confirm(way) : undefined}
      initialFocus={input}
      footer={
        <>
          <Button onClick={() => onFinish(false)}>Cancel</Button>
          {canConfirmHere && (
            <Button
              ref={confirmButton}
              type="submit"
              variant="primary"
              pending={pending}
              pendingLabel="Confirming…"
            >
              Confirm
            </Button>
          )}
        </>
      }
    >
      <div className="grid gap-4">
        {error !== null && !wrong && <Alert>{errorMessage(error)}</Alert>}
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
      </div>
    </Dialog>
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
