import type { Metadata } from "next";
import { EventSubscriptionsScreen } from "@/components/event-subscriptions/event-subscriptions-screen";
import { subscriptionListQuery } from "@/lib/client/queries/event-subscriptions";
import { requirePageWorkspace } from "@/lib/server/auth/page-session";
import { readSubscriptionList } from "@/lib/server/http/member-reads";
import { readAsMember } from "@/lib/server/http/with-member";
import { Prefetched, pageQuery } from "../../../page-queries";

export const metadata: Metadata = { title: "Event subscriptions" };

type Props = { params: Promise<{ workspace: string }> };

export default async function EventSubscriptionsPage({ params }: Props) {
  const page = await requirePageWorkspace((await params).workspace);
  const { account, workspace } = page;
  return (
    <Prefetched
      userId={account.userId}
      queries={[
        pageQuery(subscriptionListQuery(workspace.slug), () => readAsMember(page, readSubscriptionList)),
      ]}
    >
      <EventSubscriptionsScreen key={workspace.slug} workspace={workspace} />
    </Prefetched>
  );
}
