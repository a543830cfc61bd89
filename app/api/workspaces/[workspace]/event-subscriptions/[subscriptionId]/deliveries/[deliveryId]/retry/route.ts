import { retryDelivery } from "@/lib/server/events/deliveries";
import { viewDeliveryDetails } from "@/lib/server/events/delivery-view";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";

export const POST = withMember(
  { permission: "event_subscription.manage", apiAccess: true },
  async ({ actor, params: { subscriptionId = "", deliveryId = "" } }) =>
    ok(viewDeliveryDetails(await retryDelivery(actor, subscriptionId, deliveryId))),
);
