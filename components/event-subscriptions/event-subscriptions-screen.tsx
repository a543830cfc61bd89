"use client";

import { Webhook } from "lucide-react";
import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Button } from "@/components/ui/button";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { errorMessage } from "@/lib/client/api-error";
import { useEventSubscriptions } from "@/lib/client/use-event-subscriptions";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";
import { roleMay } from "@/lib/contracts/permissions";
import type { Workspace } from "@/lib/contracts/workspaces";
import { EventsGuide } from "./events-guide";
import { createSubscriptionDialog, subscriptionDialog } from "./load-dialogs";
import { SubscriptionActions } from "./subscription-actions";
import { subscriptionColumns } from "./subscription-columns";
import type { SubscriptionDialogName } from "./subscription-dialog";
import { SubscriptionsRefused } from "./subscriptions-refused";

const CreateSubscription = createSubscriptionDialog.component("CreateSubscription");
const SubscriptionDialog = subscriptionDialog.component("SubscriptionDialog");

export function EventSubscriptionsScreen({ workspace }: { workspace: Workspace }) {
  return roleMay(workspace.role, "event_subscription.manage") ? (
    <EventSubscriptions workspace={workspace} />
  ) : (
    <>
      <PageHeader title="Event subscriptions" />
      <SubscriptionsRefused admins={workspace.admins} />
    </>
  );
}

function EventSubscriptions({ workspace: { slug, name } }: { workspace: Workspace }) {
  const [creating, setCreating] = useState(false);
  const [dialog, setDialog] = useState<{
    name: SubscriptionDialogName;
    subscription: EventSubscription;
  } | null>(null);
  const createButton = useRef<HTMLButtonElement>(null);
  const create = () => createSubscriptionDialog.whenLoaded(() => setCreating(true));

  function handleDeleted() {
    flushSync(() => setDialog(null));
    // The button that opened the dialog is removed with its row.
    createButton.current?.focus();
  }

  return (
    <>
      <PageHeader
        title="Event subscriptions"
        action={
          <Button
            ref={createButton}
            variant="primary"
            onClick={create}
            {...createSubscriptionDialog.preloads}
          >
            Create subscription
          </Button>
        }
      >
        Signed requests tell your own programs what happens in {name}. <EventsGuide />
      </PageHeader>
      <SubscriptionTable
        workspaceSlug={slug}
        onCreate={create}
        onDialog={(dialogName, subscription) =>
          subscriptionDialog.whenLoaded(() => setDialog({ name: dialogName, subscription }))
        }
      />
      {creating && (
        <CreateSubscription
          workspaceSlug={slug}
          returnFocus={createButton}
          onClose={() => setCreating(false)}
        />
      )}
      {dialog && (
        <SubscriptionDialog
          workspaceSlug={slug}
          {...dialog}
          onClose={() => setDialog(null)}
          onDeleted={handleDeleted}
        />
      )}
    </>
  );
}

function SubscriptionTable({
  workspaceSlug,
  onCreate,
  onDialog,
}: {
  workspaceSlug: string;
  onCreate: () => void;
  onDialog: (name: SubscriptionDialogName, subscription: EventSubscription) => void;
}) {
  const list = useEventSubscriptions(workspaceSlug);
  const subscriptions = list.data?.subscriptions;
  const count = subscriptions?.length ?? 0;
  return (
    <DataTable
      label="Event subscriptions"
      columns={subscriptionColumns}
      rows={subscriptions}
      rowKey={({ id }) => id}
      rowHref={({ id }) => `/${workspaceSlug}/settings/api/event-subscriptions/${id}`}
      rowActions={(subscription) => (
        <SubscriptionActions workspaceSlug={workspaceSlug} subscription={subscription} onDialog={onDialog} />
      )}
      skeletonRows={3}
      error={
        list.isError &&
        !list.data && (
          <ErrorState
            title="Couldn’t load event subscriptions"
            onRetry={() => void list.refetch()}
            retrying={list.isFetching}
          >
            {errorMessage(list.error)}
          </ErrorState>
        )
      }
      empty={
        <EmptyState
          picture={<Webhook />}
          title="No event subscriptions yet"
          action={
            <Button onClick={onCreate} {...createSubscriptionDialog.preloads}>
              Create your first subscription
            </Button>
          }
        >
          Create one to tell a program when keys, members, or quotas change.
        </EmptyState>
      }
      footer={count > 0 && (count === 1 ? "1 subscription" : `${count} subscriptions`)}
    />
  );
}
