import { sendTestEvent } from "@/lib/server/events/deliveries";
import { viewDeliveryDetails } from "@/lib/server/events/delivery-view";
import { created } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";

export const POST = withMember(
  { permission: "event_subscription.manage", apiAccess: true },
  async ({ actor, params: { subscriptionId = "" } }) =>
    created(viewDeliveryDetails(await sendTestEvent(actor, subscriptionId))),
);
