import { AppError } from "@/lib/contracts/app-error";
import { updateSubscriptionInput } from "@/lib/contracts/event-subscription-input";
import { deleteSubscription, updateSubscription } from "@/lib/server/events/manage-subscriptions";
import { showSubscription } from "@/lib/server/events/show-subscriptions";
import { ok } from "@/lib/server/http/json-response";
import { readSubscription } from "@/lib/server/http/member-reads";
import { answerMember, withMember } from "@/lib/server/http/with-member";

export const GET = answerMember(readSubscription);

const permission = "event_subscription.manage";

export const PATCH = withMember(
  {
    permission,
    // Pausing stops events that are sent while API access is off, too.
    needsApiAccess: (body) => body.status !== "paused" || Object.keys(body).length > 1,
    body: updateSubscriptionInput,
  },
  async ({ actor, params, body, session }) => {
    // Where events go and who can read their signatures needs a recent confirmation of identity. Pausing may be urgent.
    const isSensitive = body.endpointUrl !== undefined || body.signingSecret !== undefined;
    if (isSensitive && !session.recentlyAuthenticated) throw new AppError("reauthentication_required");
    const id = params.subscriptionId ?? "";
    await updateSubscription(actor, id, body);
    return ok(await showSubscription(actor, id));
  },
);

export const DELETE = withMember({ permission, recentAuthentication: true }, async ({ actor, params }) => {
  await deleteSubscription(actor, params.subscriptionId ?? "");
  return ok({});
});
