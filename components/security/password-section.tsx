"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { FormSection } from "@/components/ui/form-section";
import { PasswordInput } from "@/components/ui/password-input";
import { errorMessage, fieldError } from "@/lib/client/api-client";
import { focusFirstError } from "@/lib/client/focus-first-error";
import { queryKeys } from "@/lib/client/query-keys";
import { changePassword } from "@/lib/client/use-account";

const nothing = { currentPassword: "", newPassword: "" };

export function PasswordSection({ email, passwordMinLength }: { email: string; passwordMinLength: number }) {
  const form = useRef<HTMLFormElement>(null);
  const queryClient = useQueryClient();
  const [values, setValues] = useState(nothing);
  const [state, setState] = useState<"idle" | "pending" | "done">("idle");
  const [error, setError] = useState<unknown>(null);
  const wrongCurrent = fieldError(error, "currentPassword");
  const wrongNew = fieldError(error, "newPassword");

  function type(change: Partial<typeof values>) {
    setValues((before) => ({ ...before, ...change }));
    if (state === "done") setState("idle");
  }

  // Not a React Query mutation: its cache would keep both passwords as the mutation's input.
  async function change() {
    setState("pending");
    setError(null);
    try {
      await changePassword(values);
      setValues(nothing);
      setState("done");
      void queryClient.invalidateQueries({ queryKey: queryKeys.sessions });
    } catch (thrown) {
      setError(thrown);
      setState("idle");
      focusFirstError(form.current);
    }
  }

  return (
    <FormSection
      title="Password"
      description="Changing it signs you out everywhere else."
      formRef={form}
      onSubmit={change}
      submitLabel="Change password"
      pendingLabel="Changing…"
      pending={state === "pending"}
      done={state === "done" && "Changed. Every other session was signed out."}
    >
      <div className="grid max-w-100 gap-5">
        {error !== null && !wrongCurrent && !wrongNew && <Alert>{errorMessage(error)}</Alert>}
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <Field label="Current password" error={wrongCurrent}>
          <PasswordInput
            name="currentPassword"
            autoComplete="current-password"
            value={values.currentPassword}
            onChange={(event) => type({ currentPassword: event.target.value })}
          />
        </Field>
        <Field label="New password" error={wrongNew} hint={`At least ${passwordMinLength} characters.`}>
          <PasswordInput
            name="newPassword"
            autoComplete="new-password"
            value={values.newPassword}
            onChange={(event) => type({ newPassword: event.target.value })}
          />
        </Field>
      </div>
    </FormSection>
  );
}
