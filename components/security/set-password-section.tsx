"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { FormSection } from "@/components/ui/form-section";
import { PasswordInput } from "@/components/ui/password-input";
import { toast } from "@/components/ui/toast";
import { setFirstPassword } from "@/lib/client/change-password";
import { focusFirstError } from "@/lib/client/focus-first-error";
import { queryKeys } from "@/lib/client/query-keys";

/** Sets a first password on an account without one. */
export function SetPasswordSection({
  email,
  passwordMinLength,
}: {
  email: string;
  passwordMinLength: number;
}) {
  const section = useRef<HTMLFormElement>(null);
  const router = useRouter();
  const queryClient = useQueryClient();
  const [typed, setTyped] = useState("");
  // Not a React Query mutation, whose cache would keep the password.
  const form = useSubmit(setFirstPassword, {
    doing: "Setting your password",
    fields: ["newPassword"],
    onSuccess() {
      void queryClient.invalidateQueries({ queryKey: queryKeys.account });
      toast.success("Your password is set.", {
        description: "You can now sign in with your email and password.",
      });
      router.refresh();
    },
    onFailure: () => focusFirstError(section.current),
    leaves: true,
  });

  return (
    <FormSection
      title="Password"
      description="Your account doesn’t have a password yet."
      formRef={section}
      onSubmit={() => void form.submit(typed)}
      submitLabel="Set a password"
      pendingLabel="Setting…"
      pending={form.pending}
    >
      <div className="grid max-w-100 gap-5">
        {form.failure && <Alert>{form.failure}</Alert>}
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <Field
          label="New password"
          error={form.wrong.newPassword}
          hint={`At least ${passwordMinLength} characters.`}
        >
          <PasswordInput
            name="newPassword"
            autoComplete="new-password"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </Field>
      </div>
    </FormSection>
  );
}
