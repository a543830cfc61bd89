"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { FormSection } from "@/components/ui/form-section";
import { PasswordInput } from "@/components/ui/password-input";
import { changePassword } from "@/lib/client/change-password";
import { focusFirstError } from "@/lib/client/focus-first-error";
import { queryKeys } from "@/lib/client/query-keys";

const emptyValues = { currentPassword: "", newPassword: "" };

export function PasswordSection({ email, passwordMinLength }: { email: string; passwordMinLength: number }) {
  const section = useRef<HTMLFormElement>(null);
  const queryClient = useQueryClient();
  const [values, setValues] = useState(emptyValues);
  // Not a React Query mutation, whose cache would keep both passwords.
  const form = useSubmit(changePassword, {
    doing: "Changing your password",
    fields: ["currentPassword", "newPassword"],
    onDone() {
      setValues(emptyValues);
      void queryClient.invalidateQueries({ queryKey: queryKeys.sessions });
    },
    onFailure: () => focusFirstError(section.current),
  });

  function type(change: Partial<typeof values>) {
    setValues((before) => ({ ...before, ...change }));
    if (form.done) form.reset();
  }

  return (
    <FormSection
      title="Password"
      description="Changing it signs you out everywhere else."
      formRef={section}
      onSubmit={() => void form.submit(values)}
      submitLabel="Change password"
      pendingLabel="Changing…"
      pending={form.pending}
      done={form.done && "Password changed. You’ve been signed out everywhere else."}
    >
      <div className="grid max-w-100 gap-5">
        {form.failure && <Alert>{form.failure}</Alert>}
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <Field label="Current password" error={form.wrong.currentPassword}>
          <PasswordInput
            name="currentPassword"
            autoComplete="current-password"
            value={values.currentPassword}
            onChange={(event) => type({ currentPassword: event.target.value })}
          />
        </Field>
        <Field
          label="New password"
          error={form.wrong.newPassword}
          hint={`At least ${passwordMinLength} characters.`}
        >
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
