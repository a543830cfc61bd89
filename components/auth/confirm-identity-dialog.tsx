"use client";

import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { PasswordInput } from "@/components/ui/password-input";
import { TextInput } from "@/components/ui/text-input";
import { ApiError, errorMessage } from "@/lib/client/api-client";
import { reauthenticate, useAccount } from "@/lib/client/use-account";
import type { Account } from "@/lib/contracts/account";
import { ConfirmWithProvider } from "./confirm-with-provider";

type Way = "password" | "code";

/** Asks for the password or for a code of the authenticator app, whichever the account has; where it has both, either does. */
export function ConfirmIdentityDialog({
  account: initial,
  onFinish,
}: {
  account: Account;
  onFinish: (confirmed: boolean) => void;
}) {
  const { data: account } = useAccount(initial);
  const input = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<Way | null>(null);
  const [typed, setTyped] = useState("");
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const way = chosen ?? (account.hasPassword || !account.hasAuthenticator ? "password" : "code");
  const wrong = whatIsWrong(error, way, typed);
  const canType = account.hasPassword || account.hasAuthenticator;
  const providers = account.confirmingProviders;

  async function confirm() {
    if (pending) return;
    setPending(true);
    setError(null);
    try {
      await reauthenticate(way === "password" ? { password: typed } : { code: typed });
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
  }

  return (
    <Dialog
      open
      onOpenChange={() => onFinish(false)}
      size="small"
      title="Confirm it's you"
      description={
        !canType
          ? howWithoutTyping(providers.length > 0)
          : way === "password"
            ? "Enter your password to go on."
            : "Enter the code that your authenticator app shows to go on."
      }
      onSubmit={canType ? confirm : undefined}
      initialFocus={input}
      footer={
        <>
          <Button onClick={() => onFinish(false)}>Cancel</Button>
          {canType && (
            <Button type="submit" variant="primary" pending={pending} pendingLabel="Confirming…">
              Confirm
            </Button>
          )}
        </>
      }
    >
      <div className="grid gap-4">
        {error !== null && !wrong && <Alert>{errorMessage(error)}</Alert>}
        <input type="hidden" name="username" autoComplete="username" value={account.email} readOnly />
        {!canType ? null : way === "password" ? (
          <Field key="password" label="Password" error={wrong}>
            <PasswordInput
              ref={input}
              autoComplete="current-password"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </Field>
        ) : (
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
        {account.hasPassword && account.hasAuthenticator && (
          <Button
            variant="ghost"
            size="small"
            className="-ml-2.5 justify-self-start"
            onClick={() => change(way === "password" ? "code" : "password")}
          >
            {way === "password" ? "Use your authenticator app" : "Use your password"}
          </Button>
        )}
        {providers.length > 0 && <ConfirmWithProvider providers={providers} only={!canType} />}
      </div>
    </Dialog>
  );
}

function howWithoutTyping(byProvider: boolean): string {
  return byProvider
    ? "Sign in with a connected account once more to go on."
    : "Sign out and sign in again to go on.";
}

function whatIsWrong(error: unknown, way: Way, typed: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.code === "incorrect_credentials") return "The password is not right.";
  if (error.code === "incorrect_code") return error.message;
  if (error.code !== "invalid_request") return undefined;
  return error.fields[way] ?? (typed || way === "code" ? undefined : "Enter your password.");
}
