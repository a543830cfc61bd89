import { type FormEvent, useRef } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { ApiError, errorMessage } from "@/lib/client/api-client";
import { focusFirstError } from "@/lib/client/focus-first-error";

/**
 * The state of a signed-out form. Its fields are uncontrolled, and read on submit. After success the form stays pending, as it's
 * about to be replaced.
 */
export function useAuthForm(send: (value: (name: string) => string) => Promise<void>) {
  const form = useRef<HTMLFormElement>(null);
  const { submit, pending, error } = useSubmit(send, {
    doing: "Sending the form",
    onFailure: () => focusFirstError(form.current),
    leaves: true,
  });
  const fields = error instanceof ApiError ? error.fields : {};
  const hasFields = Object.keys(fields).length > 0;

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    void submit((name) => String(data.get(name) ?? ""));
  }

  return {
    pending,
    error,
    fields,
    /** The error message if no field is invalid. */
    problem: error !== null && !hasFields ? errorMessage(error) : null,
    form: { ref: form, onSubmit, noValidate: true, method: "post", className: "grid gap-5" } as const,
  };
}
