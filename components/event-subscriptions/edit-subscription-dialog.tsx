"use client";

import { useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { useUpdateSubscription } from "@/lib/client/change-event-subscriptions";
import type { SubscriptionDialogProps } from "./subscription-dialog-props";
import { AdvancedSubscriptionFields, EndpointUrlField, EventTypeFields } from "./subscription-fields";
import {
  checkSubscriptionValues,
  currentErrors,
  filtersOf,
  type SubscriptionValues,
  subscriptionFields,
  subscriptionValuesOf,
  typesOf,
  withSubscriptionErrors,
} from "./subscription-values";

/** Changes where the events of a subscription go and which ones it gets. */
export function EditSubscriptionDialog({ workspaceSlug, subscription, onClose }: SubscriptionDialogProps) {
  // What was there when the dialog opened: only what the person changed is sent.
  const [before] = useState(() => subscriptionValuesOf(subscription));
  const [values, setValues] = useState(before);
  /** What the errors are about. */
  const [checked, setChecked] = useState(before);
  const update = useUpdateSubscription(workspaceSlug, subscription.id);
  const changes = changesOf(values, before);
  const form = useSubmit(() => withSubscriptionErrors(update.mutateAsync(changes)), {
    doing: `Changing the subscription for ${subscription.endpointUrl}`,
    fields: subscriptionFields,
    onDone: onClose,
  });

  function save() {
    setChecked(values);
    const wrong = checkSubscriptionValues(values);
    if (Object.keys(wrong).length > 0) form.refuse(wrong);
    else if (Object.keys(changes).length === 0) onClose();
    else void form.submit();
  }

  const fields = {
    workspaceSlug,
    values,
    errors: currentErrors(form.wrong, { values: checked }, { values }),
    onChange: (some: Partial<SubscriptionValues>) => setValues((now) => ({ ...now, ...some })),
  };
  return (
    <FormDialog
      form={form}
      onSubmit={save}
      onClose={onClose}
      draft={Object.keys(changes).length > 0}
      size="large"
      title="Edit event subscription"
      description="Waiting events go to the new URL. New types and filters apply to events from now on."
      action="Save changes"
      pendingLabel="Saving…"
    >
      <EndpointUrlField {...fields} />
      <EventTypeFields {...fields} />
      <AdvancedSubscriptionFields {...fields} />
    </FormDialog>
  );
}

function changesOf(values: SubscriptionValues, before: SubscriptionValues) {
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  const endpointUrl = values.endpointUrl.trim();
  return {
    ...(endpointUrl !== before.endpointUrl && { endpointUrl }),
    ...(!isSame(typesOf(values), typesOf(before)) && { eventTypes: typesOf(values) }),
    ...(!isSame(filtersOf(values), filtersOf(before)) && { filters: filtersOf(values) }),
  };
}
