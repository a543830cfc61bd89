"use client";

import { type ComponentProps, type ReactNode, useRef, useState } from "react";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { FormDialog } from "./form-dialog";
import { useSubmit } from "./use-submit";

/** Confirms an action that can't be undone or affects others. Requires typing a name, so that it can't happen by accident. */
export function TypedConfirmDialog<Result>({
  expected,
  label,
  hint,
  mono = false,
  onConfirm,
  doing,
  onSuccess,
  onDone,
  leaves = false,
  aside,
  children,
  ...dialog
}: Omit<
  ComponentProps<typeof FormDialog>,
  "form" | "onSubmit" | "variant" | "draft" | "initialFocus" | "cancelRef" | "aside"
> & {
  /** The text to type; null if pressing the button is enough. */
  expected: string | null;
  label: string;
  /** See `ConfirmationField`. */
  hint?: (expected: ReactNode) => ReactNode;
  mono?: boolean;
  onConfirm: () => Promise<Result>;
  /** See `useSubmit`. */
  doing: string;
  onSuccess?: (result: Result) => void;
  onDone?: () => void;
  leaves?: boolean;
  /** A milder alternative, at the start of the footer. Hidden while pending. */
  aside?: ReactNode;
}) {
  const field = useRef<HTMLInputElement>(null);
  const cancelButton = useRef<HTMLButtonElement>(null);
  const [typed, setTyped] = useState("");
  const form = useSubmit(onConfirm, {
    doing,
    fields: ["typed"],
    ...(onSuccess && { onSuccess }),
    onDone,
    leaves,
  });

  function submit() {
    if (expected !== null && typed.trim() !== expected) form.refuse({ typed: confirmationError(expected) });
    else void form.submit();
  }

  return (
    <FormDialog
      {...dialog}
      form={form}
      onSubmit={submit}
      // Losing the typed confirmation is no loss.
      draft={false}
      // So that pressing Enter right away doesn't confirm.
      initialFocus={expected === null ? cancelButton : field}
      cancelRef={cancelButton}
      aside={!form.pending && aside}
      variant="danger"
    >
      {children}
      {expected !== null && (
        <ConfirmationField
          label={label}
          expected={expected}
          hint={hint}
          error={form.wrong.typed}
          ref={field}
          mono={mono}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            form.reset();
          }}
        />
      )}
    </FormDialog>
  );
}

/** The field to type `expected` into. */
export function ConfirmationField({
  label,
  expected,
  hint = (text) => <>Enter {text}.</>,
  error,
  ...input
}: Pick<ComponentProps<typeof TextInput>, "ref" | "mono" | "value" | "onChange" | "inputMode"> & {
  label: string;
  expected: string;
  /** Gets the expected text, formatted. */
  hint?: ((expected: ReactNode) => ReactNode) | undefined;
  error: string | undefined;
}) {
  return (
    <Field
      label={label}
      hint={hint(<strong className="break-words text-text">{expected}</strong>)}
      error={error}
    >
      <TextInput {...input} autoCapitalize="none" autoComplete="off" spellCheck={false} />
    </Field>
  );
}

export function confirmationError(expected: string): string {
  return `Type “${expected}” exactly.`;
}
