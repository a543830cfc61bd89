"use client";

import { ChevronRight } from "lucide-react";
import { type RefObject, useState } from "react";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { EventTypePicker } from "./event-type-picker";
import { KeysField } from "./keys-field";
import type { SubscriptionErrors, SubscriptionValues } from "./subscription-values";

type FieldsProps = {
  workspaceSlug: string;
  values: SubscriptionValues;
  errors: SubscriptionErrors;
  onChange: (changes: Partial<SubscriptionValues>) => void;
};

export function EndpointUrlField({
  values,
  errors,
  onChange,
  inputRef,
}: Omit<FieldsProps, "workspaceSlug"> & { inputRef?: RefObject<HTMLInputElement | null> }) {
  return (
    <Field
      label="Endpoint URL"
      error={errors.endpointUrl}
      hint="Events are sent to it as POST requests. It must begin with https:// and be reachable from the internet."
    >
      <TextInput
        ref={inputRef}
        mono
        type="url"
        inputMode="url"
        placeholder="https://example.com/webhooks"
        value={values.endpointUrl}
        onChange={(event) => onChange({ endpointUrl: event.target.value })}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={2000}
      />
    </Field>
  );
}

export function EventTypeFields({ values, errors, onChange }: Omit<FieldsProps, "workspaceSlug">) {
  return (
    <>
      <EventTypePicker
        chosen={values.chosenTypes}
        onChange={(chosenTypes) => onChange({ chosenTypes })}
        error={errors.eventTypes}
      />
      <Field
        label="Your own event types"
        aside="Optional"
        error={errors.ownTypes}
        hint="Types of events that your services send, such as invoice.paid, or invoice.* for all of them. Separate them with commas."
      >
        <TextInput
          mono
          value={values.ownTypes}
          onChange={(event) => onChange({ ownTypes: event.target.value })}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      </Field>
    </>
  );
}

/** Filters, folded away unless there are any. An error in one of them unfolds them. */
export function AdvancedSubscriptionFields({ workspaceSlug, values, errors, onChange }: FieldsProps) {
  const [unfolded, setUnfolded] = useState(values.keys.length > 0 || values.environments !== "");
  const open = unfolded || errors.keys !== undefined || errors.environments !== undefined;
  return (
    <details open={open} onToggle={(event) => setUnfolded(event.currentTarget.open)} className="group">
      <summary className="flex w-fit list-none items-center gap-1.5 rounded-control py-1 pr-2 text-muted hover:text-text max-sm:py-3 [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-4 transition-transform duration-150 group-open:rotate-90" />
        Advanced
      </summary>
      <div className="grid gap-5 pt-3">
        <p className="text-muted text-sm">
          With a filter, only events about matching API keys are sent. Events that aren’t about a key, such as
          member.added, are left out.
        </p>
        <Field
          label="Environments"
          aside="Optional"
          error={errors.environments}
          hint="Separate them with commas. Leave empty for all environments."
        >
          <TextInput
            placeholder="production, staging"
            value={values.environments}
            onChange={(event) => onChange({ environments: event.target.value })}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        </Field>
        <KeysField
          workspaceSlug={workspaceSlug}
          keys={values.keys}
          onChange={(keys) => onChange({ keys })}
          error={errors.keys}
        />
      </div>
    </details>
  );
}
