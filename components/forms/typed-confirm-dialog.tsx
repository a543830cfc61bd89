"use client";

import { type ComponentProps, type ReactNode, useRef, useState } from "react";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { FormDialog } from "./form-dialog";
import { useSubmit } from "./use-submit";

/** The last question before something that can't be undone or stops others: a name is typed, so that it can't be a slip. */
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
  /** What is to be typed; null where a press is enough. */
  expected: string | null;
  label: string;
  /** Says what to type; it is given the word as it is shown. */
  hint: (word: ReactNode) => ReactNode;
  mono?: boolean;
  onConfirm: () => Promise<Result>;
  /** See `useSubmit`. */
  doing: string;
  onSuccess?: (result: Result) => void;
  onDone?: () => void;
  leaves?: boolean;
  /** A milder way, at the beginning of the footer. It goes once the answer is awaited. */
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
    if (expected !== null && typed.trim() !== expected)
      form.refuse({ typed: `Type “${expected}”, letter for letter.` });
    else void form.submit();
  }

  return (
    <FormDialog
      {...dialog}
      form={form}
      onSubmit={submit}
      // Typed to confirm, and nothing that anyone would miss.
      draft={false}
      // Enter at the first moment must not be what destroys.
      initialFocus={expected === null ? cancelButton : field}
      cancelRef={cancelButton}
      aside={!form.pending && aside}
      variant="danger"
    >
      {children}
      {expected !== null && (
        <Field
          label={label}
          hint={hint(<strong className="break-words text-text">{expected}</strong>)}
          error={form.wrong.typed}
        >
          <TextInput
            ref={field}
            mono={mono}
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              form.reset();
            }}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      )}
    </FormDialog>
  );
}
