"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { lazy, Suspense, useState } from "react";
import { flushSync } from "react-dom";
import { subscriptionDialog } from "@/components/event-subscriptions/load-dialogs";
import { SubscriptionActions } from "@/components/event-subscriptions/subscription-actions";
import type { SubscriptionDialogName } from "@/components/event-subscriptions/subscription-dialog";
import { SubscriptionStatus } from "@/components/event-subscriptions/subscription-status";
import { SubscriptionsRefused } from "@/components/event-subscriptions/subscriptions-refused";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";
import { Tabs } from "@/components/ui/tabs";
import { ApiError, errorMessage } from "@/lib/client/api-error";
import { useEventSubscription } from "@/lib/client/use-event-subscriptions";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";
import { roleMay } from "@/lib/contracts/permissions";
import type { Workspace } from "@/lib/contracts/workspaces";
import { replayDialog } from "./load-parts";
import { SubscriptionFacts } from "./subscription-facts";
import { SubscriptionPaused } from "./subscription-paused";
import { DeliveryTableSkeleton, SubscriptionScreenSkeleton } from "./subscription-screen-skeleton";
import { useSendTest } from "./use-send-test";

// The server renders them, so their scripts may come later than the rest.
const DeliveryTable = lazy(() =>
  import("./delivery-table").then((module) => ({ default: module.DeliveryTable })),
);
const SubscriptionDay = lazy(() =>
  import("./subscription-day").then((module) => ({ default: module.SubscriptionDay })),
);
const VerifyDeliveries = lazy(() =>
  import("./verify-deliveries").then((module) => ({ default: module.VerifyDeliveries })),
);
const SubscriptionDialog = subscriptionDialog.component("SubscriptionDialog");
const ReplayDialog = replayDialog.component("ReplayDialog");

type Props = { workspace: Workspace; subscriptionId: string };

export function SubscriptionScreen(props: Props) {
  if (roleMay(props.workspace.role, "event_subscription.manage")) return <FoundSubscription {...props} />;
  return (
    <>
      <PageHeader title="Event subscription" />
      <SubscriptionsRefused admins={props.workspace.admins} />
    </>
  );
}

function FoundSubscription({ workspace: { slug }, subscriptionId }: Props) {
  const subscription = useEventSubscription(slug, subscriptionId);
  if (subscription.data) return <LoadedSubscription workspaceSlug={slug} subscription={subscription.data} />;

  const back = <ListLink workspaceSlug={slug} />;
  if (!subscription.isError) return <SubscriptionScreenSkeleton back={back} />;
  const notFound = subscription.error instanceof ApiError && subscription.error.code === "not_found";
  return (
    <>
      <PageHeader title="Event subscription" back={back} />
      <Card flush>
        {notFound ? (
          <EmptyState title="Event subscription not found, or you don’t have access." />
        ) : (
          <ErrorState
            title="Couldn’t load the event subscription"
            onRetry={() => void subscription.refetch()}
            retrying={subscription.isFetching}
          >
            {errorMessage(subscription.error)}
          </ErrorState>
        )}
      </Card>
    </>
  );
}

function LoadedSubscription({
  workspaceSlug,
  subscription,
}: {
  workspaceSlug: string;
  subscription: EventSubscription;
}) {
  const router = useRouter();
  const [dialog, setDialog] = useState<SubscriptionDialogName | "replay" | null>(null);
  const test = useSendTest(workspaceSlug, subscription);
  const isPaused = subscription.status === "paused";
  const openDialog = (name: SubscriptionDialogName) => subscriptionDialog.whenLoaded(() => setDialog(name));
  const close = () => setDialog(null);
  const testButton = (
    <Button onClick={test.send} pending={test.pending} pendingLabel="Sending…" disabled={isPaused}>
      Send a test event
    </Button>
  );

  function leave() {
    flushSync(close);
    router.push(`/${workspaceSlug}/settings/api/event-subscriptions`);
  }

  return (
    <>
      <PageHeader
        title={<EndpointTitle url={subscription.endpointUrl} />}
        back={<ListLink workspaceSlug={workspaceSlug} />}
        action={
          <div className="flex flex-wrap items-center gap-2">
            {testButton}
            <Button
              onClick={() => replayDialog.whenLoaded(() => setDialog("replay"))}
              disabled={isPaused}
              {...replayDialog.preloads}
            >
              Replay
            </Button>
            <SubscriptionActions
              workspaceSlug={workspaceSlug}
              subscription={subscription}
              onDialog={openDialog}
            />
          </div>
        }
      >
        <SubscriptionStatus subscription={subscription} />
      </PageHeader>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
        {isPaused && <SubscriptionPaused subscription={subscription} onResume={() => openDialog("resume")} />}
        <SubscriptionFacts subscription={subscription} />
        <Suspense fallback={<Skeleton className="h-55" />}>
          <SubscriptionDay subscription={subscription} />
        </Suspense>
        <Tabs
          label="About this subscription"
          tabs={[
            {
              value: "deliveries",
              label: "Deliveries",
              content: (
                <Suspense fallback={<DeliveryTableSkeleton />}>
                  <DeliveryTable
                    workspaceSlug={workspaceSlug}
                    subscription={subscription}
                    testButton={testButton}
                  />
                </Suspense>
              ),
            },
            {
              value: "verify",
              label: "Verify signatures",
              content: (
                <Suspense fallback={<Skeleton className="h-64" />}>
                  <VerifyDeliveries />
                </Suspense>
              ),
            },
          ]}
        />
      </div>
      {dialog === "replay" && (
        <ReplayDialog workspaceSlug={workspaceSlug} subscription={subscription} onClose={close} />
      )}
      {dialog && dialog !== "replay" && (
        <SubscriptionDialog
          name={dialog}
          workspaceSlug={workspaceSlug}
          subscription={subscription}
          onClose={close}
          onDeleted={leave}
        />
      )}
    </>
  );
}

/** The scheme is the same for all, so it steps back. */
function EndpointTitle({ url }: { url: string }) {
  return (
    <>
      <span className="font-normal text-muted">{url.slice(0, "https://".length)}</span>
      {url.slice("https://".length)}
    </>
  );
}

function ListLink({ workspaceSlug }: { workspaceSlug: string }) {
  return (
    <Link
      href={`/${workspaceSlug}/settings/api/event-subscriptions`}
      className="hover:text-text hover:underline"
    >
      Event subscriptions
    </Link>
  );
}
