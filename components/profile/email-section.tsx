"use client";

import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormSection } from "@/components/ui/form-section";
import { TextInput } from "@/components/ui/text-input";
import { errorMessage, fieldError, wasNotConfirmed } from "@/lib/client/api-client";
import { useRequestAddressChange, useRequestVerification } from "@/lib/client/change-account";
import { focusFirstError } from "@/lib/client/focus-first-error";
import type { Account } from "@/lib/contracts/account";

/** Changing the address emails a link to the new one. Verifying it emails a link to the current one. */
export function EmailSection({ account }: { account: Account }) {
  const form = useRef<HTMLFormElement>(null);
  const change = useRequestAddressChange();
  const verify = useRequestVerification();
  const [email, setEmail] = useState(account.email);
  const wrongEmail = fieldError(change.error, "email");
  const failed = change.error ?? verify.error;

  return (
    <FormSection
      title="Sign-in address"
      description="You sign in with it. Security notices go there, too."
      actions={
        !account.emailVerified && (
          <Button
            size="small"
            pending={verify.isPending}
            pendingLabel="Sending…"
            onClick={() => verify.mutate()}
          >
            Verify address
          </Button>
        )
      }
      formRef={form}
      onSubmit={() => change.mutate(email, { onError: () => focusFirstError(form.current) })}
      submitLabel="Change email"
      pendingLabel="Sending…"
      pending={change.isPending}
      done={
        (change.isSuccess &&
          `We sent a link to ${change.variables}. Your address changes once you use it.`) ||
        (verify.isSuccess && `We sent a link to ${account.email}.`)
      }
    >
      <div className="grid gap-5">
        {failed && !wrongEmail && !wasNotConfirmed(failed) && <Alert>{errorMessage(failed)}</Alert>}
        <Field
          label="Email"
          error={wrongEmail}
          aside={email === account.email && (account.emailVerified ? "Verified" : "Not verified")}
          hint="To change it, enter a new address. We’ll send a link there."
        >
          <TextInput
            name="email"
            type="email"
            autoComplete="email"
            inputMode="email"
            spellCheck={false}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </Field>
      </div>
    </FormSection>
  );
}
