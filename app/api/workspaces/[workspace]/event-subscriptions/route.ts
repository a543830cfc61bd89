import { createSubscriptionInput } from "@/lib/contracts/event-subscription-input";
import { createSubscription } from "@/lib/server/events/manage-subscriptions";
import { showSubscription } from "@/lib/server/events/show-subscriptions";
import { created } from "@/lib/server/http/json-response";
import { readSubscriptionList } from "@/lib/server/http/member-reads";
import { answerMember, withMember } from "@/lib/server/http/with-member";

export const GET = answerMember(readSubscriptionList);

export const POST = withMember(
  {
    permission: "event_subscription.manage",
    apiAccess: true,
    recentAuthentication: true,
    body: createSubscriptionInput,
  },
  async ({ actor, body }) => {
    const { id } = await createSubscription(actor, body);
    return created(await showSubscription(actor, id));
  },
);
