"use client";

import { useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Checkbox } from "@/components/ui/checkbox";
import { Combobox } from "@/components/ui/combobox";
import { Field } from "@/components/ui/field";
import { ExactTime, useTimeZone } from "@/components/ui/relative-time";
import { Select } from "@/components/ui/select";
import { TextInput } from "@/components/ui/text-input";
import { Textarea } from "@/components/ui/textarea";
import { useUpdateApiKey } from "@/lib/client/change-api-key";
import { useKeyPolicy } from "@/lib/client/use-key-policy";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { environments } from "./create-api-key-fields";
import {
  type EditApiKeyValues,
  editApiKeyFields,
  editApiKeyInputOf,
  editApiKeyValuesOf,
  editErrorsOf,
  editExpirationChoices,
} from "./edit-api-key-values";
import { LimitsPreview } from "./limits-preview";
import { stricterLimits } from "./limits-preview-words";
import { ReportOnlyField } from "./report-only-field";

/** Changes what may change about a key. Its permissions are fixed: rotate it to give it others. */
export function EditApiKeyDialog({
  workspaceSlug,
  apiKey,
  onClose,
}: {
  workspaceSlug: string;
  apiKey: ApiKey;
  onClose: () => void;
}) {
  // What was there when the dialog opened: only fields that the person changed are sent.
  const [before] = useState(() => editApiKeyValuesOf(apiKey));
  const [values, setValues] = useState(before);
  const [openedAt] = useState(() => new Date());
  // If the policy can't be loaded, the server still enforces it.
  const { data: policy = {} } = useKeyPolicy(workspaceSlug);
  const zone = useTimeZone();
  const update = useUpdateApiKey(workspaceSlug);
  const stricter = stricterLimits(values, apiKey);
  const inputOf = () => editApiKeyInputOf(values, before, zone, stricter ?? {}, apiKey.reportOnly);
  const form = useSubmit(() => update.mutateAsync({ keyId: apiKey.id, ...inputOf() }), {
    doing: `Changing ${apiKey.name}`,
    fields: [
      "name",
      "environment",
      "allowedIps",
      "rateLimitPerMinute",
      "expiresAt",
      "expirationDays",
      "notes",
    ],
    onDone: onClose,
  });
  const wrong = editErrorsOf(form.error, values, form.wrong);
  const change = (changes: Partial<EditApiKeyValues>) => setValues((now) => ({ ...now, ...changes }));

  function save() {
    const limit = values.rateLimitPerMinute.trim();
    if (values.name.trim() === "") form.refuse({ name: "Enter a name." });
    else if (limit !== "" && !/^\d+$/.test(limit))
      form.refuse({ rateLimitPerMinute: "Enter a whole number." });
    else if (editApiKeyFields.every((field) => values[field] === before[field])) onClose();
    else void form.submit();
  }

  return (
    <FormDialog
      // An error in one address or a report-only limit is shown under the field, which has no name of its own for it.
      form={wrong.allowedIps || wrong.rateLimitPerMinute ? { ...form, failure: undefined } : form}
      onSubmit={save}
      onClose={onClose}
      title={`Edit ${apiKey.name}`}
      description="Stricter limits apply on every instance as soon as they’re saved."
      action="Save changes"
      pendingLabel="Saving…"
    >
      <Field label="Name" error={wrong.name}>
        <TextInput
          value={values.name}
          onChange={(event) => change({ name: event.target.value })}
          autoComplete="off"
          maxLength={200}
        />
      </Field>
      <Field label="Environment" error={wrong.environment} hint="Up to 30 characters: a–z, 0–9, _ and -.">
        <Combobox
          value={values.environment}
          onValueChange={(environment) => change({ environment })}
          suggestions={environments}
        />
      </Field>
      <Field
        label="Expiration"
        error={wrong.expiration}
        hint={apiKey.expiresAt && <ExpirationHint expiresAt={apiKey.expiresAt} />}
      >
        <Select
          value={values.expiration}
          onValueChange={(expiration) => change({ expiration })}
          options={editExpirationChoices(apiKey, policy, openedAt)}
          className="w-full"
        />
      </Field>
      <Field
        label="Allowed addresses"
        aside="Optional"
        error={wrong.allowedIps}
        hint={`One IP address or CIDR block per line. Leave empty to allow any address.${apiKey.reportOnly ? " The key’s page shows its report-only limits." : ""}`}
      >
        <Textarea
          mono
          rows={3}
          value={values.allowedIps}
          onChange={(event) => change({ allowedIps: event.target.value })}
          spellCheck={false}
        />
      </Field>
      <Field
        label="Rate limit per minute"
        aside="Optional"
        error={wrong.rateLimitPerMinute}
        hint="Leave empty to use the workspace’s limit."
      >
        <TextInput
          inputMode="numeric"
          className="tabular-nums sm:w-40"
          value={values.rateLimitPerMinute}
          onChange={(event) => change({ rateLimitPerMinute: event.target.value })}
          {...(apiKey.ownRateLimitPerMinute === null && { placeholder: String(apiKey.rateLimitPerMinute) })}
          autoComplete="off"
        />
      </Field>
      {stricter && <LimitsPreview workspaceSlug={workspaceSlug} apiKey={apiKey} input={stricter} />}
      {stricter && <ReportOnlyField values={values} reported={apiKey.reportOnly} onChange={change} />}
      <Checkbox
        label="Email the owner about new callers"
        hint="When the key is used from a new address range or by a new client, at most one email an hour. Starts a day after the key’s first request."
        checked={values.mailNewCallers}
        onChange={(event) => change({ mailNewCallers: event.target.checked })}
      />
      <Field label="Notes" aside="Optional" error={wrong.notes} hint="For the people who manage this key.">
        <Textarea rows={3} value={values.notes} onChange={(event) => change({ notes: event.target.value })} />
      </Field>
    </FormDialog>
  );
}

function ExpirationHint({ expiresAt }: { expiresAt: string }) {
  return (
    <>
      Currently <ExactTime at={expiresAt} />. A later date asks you to confirm it’s you.
    </>
  );
}
