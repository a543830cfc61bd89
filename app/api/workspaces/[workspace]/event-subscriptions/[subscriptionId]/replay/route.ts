import type { ReplayCount } from "@/lib/contracts/deliveries";
import { replayInput } from "@/lib/contracts/event-subscription-input";
import { countReplay, replayEvents } from "@/lib/server/events/deliveries";
import { readReplayCount } from "@/lib/server/http/delivery-reads";
import { ok } from "@/lib/server/http/json-response";
import { answerMember, withMember } from "@/lib/server/http/with-member";

export const GET = answerMember(readReplayCount);

export const POST = withMember(
  { permission: "event_subscription.manage", apiAccess: true, body: replayInput },
  async ({ actor, params: { subscriptionId = "" }, body }) =>
    ok({
      count: await (body.dryRun ? countReplay : replayEvents)(actor, subscriptionId, body),
    } satisfies ReplayCount),
);
