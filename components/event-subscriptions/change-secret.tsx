"use client";

import { useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Field } from "@/components/ui/field";
import { ExactTime } from "@/components/ui/relative-time";
import { Select } from "@/components/ui/select";
import { useChangeSecret } from "@/lib/client/change-event-subscriptions";
import { mayHaveBeenDone } from "@/lib/client/may-have-been-done";
import { newSigningSecret, secretProblem } from "@/lib/client/signing-secret";
import { SigningSecretDialog } from "./signing-secret-dialog";
import { SigningSecretField } from "./signing-secret-field";
import type { SubscriptionDialogProps } from "./subscription-dialog-props";

const overlaps = [
  { value: "0", label: "Not at all", hint: "If the old secret is known to others" },
  { value: "3600", label: "1 hour" },
  { value: "86400", label: "24 hours" },
  { value: "604800", label: "7 days" },
];

/** Asks for the new secret and the overlap, then shows the secret. It must stay in this component's state. */
export function ChangeSecret(props: SubscriptionDialogProps) {
  const [changed, setChanged] = useState<{ secret: string; previousUntil: string | null } | null>(null);
  if (!changed) return <ChangeSecretDialog {...props} onChanged={setChanged} />;
  return (
    <SigningSecretDialog
      secret={changed.secret}
      onDone={props.onClose}
      description={
        changed.previousUntil ? (
          <>
            Requests are signed with both secrets until <ExactTime at={changed.previousUntil} />. Give your
            endpoint the new one before then.
          </>
        ) : (
          "Requests are signed only with the new secret. Give it to your endpoint now."
        )
      }
    />
  );
}

function ChangeSecretDialog({
  workspaceSlug,
  subscription,
  onChanged,
  onClose,
}: SubscriptionDialogProps & {
  onChanged: (changed: { secret: string; previousUntil: string | null }) => void;
}) {
  const { id, endpointUrl } = subscription;
  const [secret, setSecret] = useState(newSigningSecret);
  const [overlap, setOverlap] = useState("86400");
  const change = useChangeSecret(workspaceSlug, id);
  const form = useSubmit(() => change({ signingSecret: secret, previousSecretExpiresIn: Number(overlap) }), {
    doing: `Changing the signing secret of ${endpointUrl}`,
    fields: ["signingSecret"],
    onDone: ({ previousSecretExpiresAt }) => onChanged({ secret, previousUntil: previousSecretExpiresAt }),
  });

  function submit() {
    const problem = secretProblem(secret);
    if (problem) form.refuse({ signingSecret: problem });
    else void form.submit();
  }

  return (
    <FormDialog
      form={form}
      onSubmit={submit}
      onClose={onClose}
      // Closing now would lose the secret.
      staysWhilePending
      title="Change the signing secret"
      description={<span className="wrap-anywhere">{endpointUrl}</span>}
      action="Change secret"
      pendingLabel="Changing…"
      failureTitle={
        mayHaveBeenDone(form.error) ? "The secret may have been changed" : "The secret wasn’t changed"
      }
    >
      <SigningSecretField value={secret} onChange={setSecret} error={form.wrong.signingSecret} />
      <Field
        label="Keep signing with the old secret for"
        hint={
          overlap === "0"
            ? "Your endpoint rejects requests until it has the new secret. They are sent again for 24 hours."
            : "During this time, requests have two signatures, so your endpoint can have either secret."
        }
      >
        <Select value={overlap} onValueChange={setOverlap} options={overlaps} className="w-full" />
      </Field>
    </FormDialog>
  );
}
