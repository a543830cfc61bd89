import { testEndpointInput } from "@/lib/contracts/event-subscription-input";
import { testEndpoint } from "@/lib/server/events/test-endpoint";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";

export const POST = withMember(
  { permission: "event_subscription.manage", apiAccess: true, body: testEndpointInput },
  async ({ actor, body }) => ok(await testEndpoint(actor, body)),
);
