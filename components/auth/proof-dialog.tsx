"use client";

import { Fingerprint } from "lucide-react";
import { type ComponentProps, type ReactNode, useEffect, useRef, useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { PasswordInput } from "@/components/ui/password-input";
import { TextInput } from "@/components/ui/text-input";
import { ApiError } from "@/lib/client/api-client";
import { type WindowWay, WindowWays } from "./window-ways";

export type Way = "password" | "code" | "passkey";

const emptyMessages = { password: "Enter your password.", code: "Enter the code." };

/**
 * Asks the person to authenticate without leaving the page: by one of `ways`, or in a window. The base of the dialogs that
 * confirm an identity and sign in again.
 */
export function ProofDialog<Result>({
  ways,
  prove,
  doing,
  onProved,
  descriptionOf,
  labels,
  email,
  windowWays,
  windowProblem,
  onOpenWindow,
  action,
  ...dialog
}: Pick<ComponentProps<typeof FormDialog>, "title" | "pendingLabel" | "cancelLabel" | "onClose"> & {
  ways: readonly Way[];
  prove: (way: Way, typed: string) => Promise<Result>;
  /** See `useSubmit`. */
  doing: string;
  /** Runs even if the dialog was closed in the meantime. */
  onProved: (result: Result) => void;
  /** `null` if a window is the only way. */
  descriptionOf: (way: Way | null) => ReactNode;
  /** The labels of the buttons that switch to another way. */
  labels: Record<Way, string>;
  /** The account. A visible field if it can be changed. */
  email: { value: string; onChange?: (value: string) => void };
  windowWays: readonly WindowWay[];
  /** Why the last window failed. */
  windowProblem?: string | undefined;
  onOpenWindow?: () => void;
  action: string;
}) {
  const input = useRef<HTMLInputElement>(null);
  const confirmButton = useRef<HTMLButtonElement>(null);
  const [chosen, setChosen] = useState<Way | null>(null);
  const [typed, setTyped] = useState({ password: "", code: "" });
  const way = chosen && ways.includes(chosen) ? chosen : (ways[0] ?? null);
  const form = useSubmit((by: Way) => prove(by, by === "passkey" ? "" : typed[by]), {
    doing,
    fields: ["email", "password", "code"],
    onSuccess: onProved,
    onFailure() {
      input.current?.focus();
      input.current?.select();
    },
  });
  const wrong =
    (way && form.wrong[way as "code"]) || findProblem(form.error, way, email.onChange !== undefined);

  // Switching removes the previous way's field or button.
  const shownWay = useRef(way);
  useEffect(() => {
    if (shownWay.current === way) return;
    shownWay.current = way;
    (input.current ?? confirmButton.current)?.focus();
  }, [way]);

  function submit() {
    if (!way) return;
    if (way !== "passkey" && !typed[way]) form.refuse({ [way]: emptyMessages[way] });
    else void form.submit(way);
  }

  function change(to: Way) {
    setChosen(to);
    form.reset();
    // A passkey has nothing to fill in, so ask for it right away.
    if (to === "passkey") void form.submit("passkey");
  }

  return (
    <FormDialog
      {...dialog}
      form={{ ...form, failure: wrong ? undefined : (form.failure ?? windowProblem) }}
      onSubmit={submit}
      // Retyping a password or a code takes a moment.
      draft={false}
      size="small"
      description={descriptionOf(way)}
      initialFocus={input}
      actionRef={confirmButton}
      action={way && action}
    >
      {!(way === "password" && email.onChange) && (
        <input type="hidden" name="username" autoComplete="username" value={email.value} readOnly />
      )}
      {way === "password" && (
        <>
          {email.onChange && (
            <Field label="Email" error={form.wrong.email}>
              <TextInput
                type="email"
                autoComplete="username"
                inputMode="email"
                spellCheck={false}
                value={email.value}
                onChange={(event) => email.onChange?.(event.target.value)}
              />
            </Field>
          )}
          <Field label="Password" error={wrong}>
            <PasswordInput
              ref={input}
              autoComplete="current-password"
              value={typed.password}
              onChange={(event) => setTyped({ ...typed, password: event.target.value })}
            />
          </Field>
        </>
      )}
      {way === "code" && (
        <Field label="Code" error={wrong} hint="The 6-digit code from your authenticator app.">
          <TextInput
            ref={input}
            mono
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={12}
            value={typed.code}
            onChange={(event) => setTyped({ ...typed, code: event.target.value })}
          />
        </Field>
      )}
      {(ways.length > 1 || windowWays.length > 0) && (
        <div className="grid gap-2">
          {ways
            .filter((other) => other !== way)
            .map((other) => (
              <Button
                key={other}
                icon={other === "passkey" && <Fingerprint aria-hidden className="size-4" />}
                className="w-full"
                onClick={() => change(other)}
              >
                {labels[other]}
              </Button>
            ))}
          <WindowWays ways={windowWays} {...(onOpenWindow && { onOpen: onOpenWindow })} />
        </div>
      )}
    </FormDialog>
  );
}

/** The error to show under the field. With an email field, the error may lie in either field. */
function findProblem(error: unknown, way: Way | null, withEmail: boolean): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.code === "incorrect_credentials" && way === "password" && !withEmail)
    return "Incorrect password.";
  return error.code === "incorrect_code" && way === "code" ? error.message : undefined;
}
