"use client";

import { useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { useSetKeyPolicy } from "@/lib/client/change-workspace";
import { maximumExpirationDays } from "@/lib/contracts/api-keys";
import { isPolicyEmpty, type KeyPolicy } from "@/lib/contracts/key-policy";

export function KeyPolicyDialog({
  workspaceSlug,
  policy,
  onClose,
}: {
  workspaceSlug: string;
  policy: KeyPolicy;
  onClose: () => void;
}) {
  const [days, setDays] = useState(
    policy.maxLifetimeDays === undefined ? "" : String(policy.maxLifetimeDays),
  );
  const [requireExpiry, setRequireExpiry] = useState(policy.requireExpiry === true);
  const [requireAllowedIps, setRequireAllowedIps] = useState(policy.requireAllowedIps === true);
  const setKeyPolicy = useSetKeyPolicy(workspaceSlug);
  const form = useSubmit((changed: KeyPolicy) => setKeyPolicy(isPolicyEmpty(changed) ? null : changed), {
    doing: "Changing the key policy",
    fields: ["policy.maxLifetimeDays"],
    onDone: onClose,
  });
  const limited = days.trim() !== "";

  function save() {
    if (limited && !isWholeNumber(days.trim())) {
      const message = `Enter a whole number of days from 1 to ${maximumExpirationDays}.`;
      form.refuse({ "policy.maxLifetimeDays": message });
      return;
    }
    void form.submit({
      ...(limited && { maxLifetimeDays: Number(days.trim()) }),
      ...(requireExpiry && { requireExpiry }),
      ...(requireAllowedIps && { requireAllowedIps }),
    });
  }

  return (
    <FormDialog
      form={form}
      onSubmit={save}
      onClose={onClose}
      title="Change key policy"
      description="Applies to keys that are created, rotated, or extended from now on. Existing keys keep working."
      action="Save policy"
      pendingLabel="Saving…"
    >
      <Field
        label="Longest lifetime in days"
        aside="Optional"
        error={form.wrong["policy.maxLifetimeDays"]}
        hint="From a key’s creation to its expiry. Leave empty for no limit."
      >
        <TextInput
          inputMode="numeric"
          className="tabular-nums sm:w-40"
          value={days}
          onChange={(event) => setDays(event.target.value)}
          autoComplete="off"
        />
      </Field>
      <Checkbox
        label="Keys must expire"
        hint={limited ? "Keys with a longest lifetime always expire." : undefined}
        checked={requireExpiry || limited}
        disabled={limited}
        onChange={(event) => setRequireExpiry(event.target.checked)}
      />
      <Checkbox
        label="Keys must have allowed addresses"
        hint="A block of every address, such as 0.0.0.0/0, doesn’t count."
        checked={requireAllowedIps}
        onChange={(event) => setRequireAllowedIps(event.target.checked)}
      />
    </FormDialog>
  );
}

function isWholeNumber(text: string): boolean {
  return /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= maximumExpirationDays;
}
