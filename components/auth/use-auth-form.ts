import { type FormEvent, useRef, useState } from "react";
import { ApiError, errorMessage } from "@/lib/client/api-client";
import { focusFirstError } from "@/lib/client/focus-first-error";

/**
 * The state of a form for who is signed out: what was typed is read when it is sent, and stays where it was. Once `send` has
 * done its part the form stays pending: what follows is another page, or another content of this one.
 */
export function useAuthForm(send: (value: (name: string) => string) => Promise<void>) {
  const form = useRef<HTMLFormElement>(null);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fields = error instanceof ApiError ? error.fields : {};
  const hasFields = Object.keys(fields).length > 0;

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const data = new FormData(event.currentTarget);
    setPending(true);
    setError(null);
    try {
      await send((name) => String(data.get(name) ?? ""));
    } catch (thrown) {
      setError(thrown);
      setPending(false);
      focusFirstError(form.current);
    }
  }

  return {
    pending,
    error,
    fields,
    /** What is wrong and belongs to no field. */
    problem: error !== null && !hasFields ? errorMessage(error) : null,
    form: { ref: form, onSubmit, noValidate: true, method: "post", className: "grid gap-5" } as const,
  };
}
