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

/** What a person can prove here who they are with. */
export type Way = "password" | "code" | "passkey";

const emptyMessages = { password: "Enter your password.", code: "Enter the code." };

/**
 * Asks a person to prove who they are, over the page: by one of `ways`, the first unless they choose another, or in a window.
 * Both dialogs that do this are made of it: to confirm who one is, and to sign in again.
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
  /** Runs also where the dialog was closed in the meantime: what was proved was proved. */
  onProved: (result: Result) => void;
  /** What is asked for; `null` where only a window is left. */
  descriptionOf: (way: Way | null) => ReactNode;
  /** What the buttons say that change to another way. */
  labels: Record<Way, string>;
  /** Whose password it is: a field where that can be changed. */
  email: { value: string; onChange?: (value: string) => void };
  windowWays: readonly WindowWay[];
  /** Why the last window proved nothing. */
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

  // The field or the button of the way before is gone.
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
    // It has nothing to fill in: pressing it is the wish to use it.
    if (to === "passkey") void form.submit("passkey");
  }

  return (
    <FormDialog
      {...dialog}
      form={{ ...form, failure: wrong ? undefined : (form.failure ?? windowProblem) }}
      onSubmit={submit}
      // A password or a code is typed again in a moment.
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
        <Field label="Code" error={wrong} hint="The six digits that your authenticator app shows.">
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

/** What belongs to the field: for a password alone, that it is wrong is all there is to say. */
function findProblem(error: unknown, way: Way | null, withEmail: boolean): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.code === "incorrect_credentials" && way === "password" && !withEmail)
    return "The password is not right.";
  return error.code === "incorrect_code" && way === "code" ? error.message : undefined;
}
