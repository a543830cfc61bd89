"use client";

import { type RefObject, useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { useCreateSubscription } from "@/lib/client/change-event-subscriptions";
import { mayHaveBeenDone } from "@/lib/client/may-have-been-done";
import { newSigningSecret } from "@/lib/client/signing-secret";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";
import { SendTestEvent } from "./send-test-event";
import { SigningSecretDialog } from "./signing-secret-dialog";
import { SigningSecretField } from "./signing-secret-field";
import { AdvancedSubscriptionFields, EndpointUrlField, EventTypeFields } from "./subscription-fields";
import {
  checkSubscriptionValues,
  currentErrors,
  emptySubscriptionValues,
  filtersOf,
  type SubscriptionErrors,
  type SubscriptionValues,
  subscriptionFields,
  typesOf,
  withSubscriptionErrors,
} from "./subscription-values";

type Props = {
  workspaceSlug: string;
  returnFocus: RefObject<HTMLButtonElement | null>;
  onClose: () => void;
};

/** The create form, then the secret. The secret must stay in this component's state: no cache may hold it. */
export function CreateSubscription(props: Props) {
  const [created, setCreated] = useState<{ subscription: EventSubscription; secret: string } | null>(null);
  if (!created)
    return (
      <CreateSubscriptionDialog
        {...props}
        onCreated={(subscription, secret) => setCreated({ subscription, secret })}
      />
    );
  return (
    <SigningSecretDialog
      secret={created.secret}
      returnFocus={props.returnFocus}
      onDone={props.onClose}
      description={
        <>
          <strong className="break-all text-text">{created.subscription.endpointUrl}</strong> is subscribed.
          Store the secret where your endpoint keeps its secrets.
        </>
      }
    />
  );
}

function CreateSubscriptionDialog({
  workspaceSlug,
  returnFocus,
  onCreated,
  onClose,
}: Props & { onCreated: (subscription: EventSubscription, secret: string) => void }) {
  const [values, setValues] = useState(emptySubscriptionValues);
  const [secret, setSecret] = useState(newSigningSecret);
  /** What the errors are about. */
  const [checked, setChecked] = useState({ values, secret });
  const create = useCreateSubscription(workspaceSlug);
  const endpointUrl = values.endpointUrl.trim();
  const form = useSubmit(
    () =>
      withSubscriptionErrors(
        create({
          endpointUrl,
          eventTypes: typesOf(values),
          signingSecret: secret,
          filters: filtersOf(values),
        }),
      ),
    {
      doing: `Creating the subscription for ${endpointUrl}`,
      fields: subscriptionFields,
      onDone: (subscription) => onCreated(subscription, secret),
    },
  );
  const change = (changes: Partial<SubscriptionValues>) => setValues((before) => ({ ...before, ...changes }));

  function submit() {
    setChecked({ values, secret });
    const wrong = checkSubscriptionValues(values, secret);
    if (Object.keys(wrong).length > 0) form.refuse(wrong);
    else void form.submit();
  }

  /** Whether a test event can be sent, for which event types don't matter. */
  function checkForTest(): boolean {
    setChecked({ values, secret });
    const { endpointUrl: url, signingSecret } = checkSubscriptionValues(values, secret);
    const wrong: SubscriptionErrors = {
      ...(url && { endpointUrl: url }),
      ...(signingSecret && { signingSecret }),
    };
    if (Object.keys(wrong).length === 0) form.reset();
    else form.refuse(wrong);
    return Object.keys(wrong).length === 0;
  }

  const errors = currentErrors(form.wrong, checked, { values, secret });
  const fields = { workspaceSlug, values, errors, onChange: change };
  return (
    <FormDialog
      form={form}
      onSubmit={submit}
      onClose={onClose}
      // Closing now would lose the secret.
      staysWhilePending
      size="large"
      title="Create event subscription"
      returnFocus={returnFocus}
      action="Create"
      pendingLabel="Creating…"
      failureTitle={
        mayHaveBeenDone(form.error)
          ? "The subscription may have been created"
          : "The subscription wasn’t created"
      }
    >
      <EndpointUrlField {...fields} />
      <EventTypeFields {...fields} />
      <AdvancedSubscriptionFields {...fields} />
      <SigningSecretField value={secret} onChange={setSecret} error={errors.signingSecret} />
      <SendTestEvent
        workspaceSlug={workspaceSlug}
        endpointUrl={endpointUrl}
        signingSecret={secret}
        check={checkForTest}
        onRefused={form.refuse}
      />
    </FormDialog>
  );
}
