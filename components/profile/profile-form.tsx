"use client";

import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { FormSection } from "@/components/ui/form-section";
import { TextInput } from "@/components/ui/text-input";
import { errorMessage, fieldError } from "@/lib/client/api-client";
import { focusFirstError } from "@/lib/client/focus-first-error";
import { useUpdateProfile } from "@/lib/client/use-account";
import type { Account } from "@/lib/contracts/account";

export function ProfileForm({ account }: { account: Account }) {
  const form = useRef<HTMLFormElement>(null);
  const update = useUpdateProfile();
  const [name, setName] = useState(account.name);
  const wrongName = fieldError(update.error, "name");

  function save() {
    update.mutate(
      { name },
      { onSuccess: (saved) => setName(saved.name), onError: () => focusFirstError(form.current) },
    );
  }

  return (
    <FormSection
      title="You"
      formRef={form}
      onSubmit={save}
      submitLabel="Save changes"
      pendingLabel="Saving…"
      pending={update.isPending}
      done={update.isSuccess && name === account.name && "Saved."}
    >
      <div className="grid gap-5">
        {update.error && !wrongName && <Alert>{errorMessage(update.error)}</Alert>}
        <Field label="Name" error={wrongName} hint="Shown beside your keys and in the audit log.">
          <TextInput
            name="name"
            autoComplete="name"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
      </div>
    </FormSection>
  );
}
