import type { Metadata } from "next";
import { readDeliveryFilters } from "@/components/deliveries/read-delivery-filters";
import { SubscriptionScreen } from "@/components/deliveries/subscription-screen";
import { deliveriesQuery, deliveryPageSize } from "@/lib/client/queries/deliveries";
import { subscriptionQuery } from "@/lib/client/queries/event-subscriptions";
import { requirePageWorkspace } from "@/lib/server/auth/page-session";
import { readDeliveryList } from "@/lib/server/http/delivery-reads";
import { readSubscription } from "@/lib/server/http/member-reads";
import { readAsMember } from "@/lib/server/http/with-member";
import { Prefetched, pageListQuery, pageQuery } from "../../../page-queries";
import { pageSearch, type SearchParams } from "../../../page-search";

export const metadata: Metadata = { title: "Event subscription" };

type Props = {
  params: Promise<{ workspace: string; subscriptionId: string }>;
  searchParams: SearchParams;
};

export default async function EventSubscriptionPage({ params, searchParams }: Props) {
  const { workspace: slug, subscriptionId } = await params;
  const page = await requirePageWorkspace(slug);
  const { account, workspace } = page;
  const { query } = readDeliveryFilters(await pageSearch(searchParams));
  return (
    <Prefetched
      userId={account.userId}
      queries={[
        pageQuery(subscriptionQuery(workspace.slug, subscriptionId), () =>
          readAsMember(page, readSubscription, {}, { subscriptionId }),
        ),
        pageListQuery(deliveriesQuery(workspace.slug, subscriptionId, query), () =>
          readAsMember(
            page,
            readDeliveryList,
            { ...query, limit: String(deliveryPageSize) },
            { subscriptionId },
          ),
        ),
      ]}
    >
      <SubscriptionScreen key={subscriptionId} workspace={workspace} subscriptionId={subscriptionId} />
    </Prefetched>
  );
}
