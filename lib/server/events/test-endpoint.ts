import type { TestEndpointInput } from "@/lib/contracts/event-subscription-input";
import type { EndpointTest } from "@/lib/contracts/event-subscriptions";
import { testEventType } from "@/lib/contracts/event-types";
import type { MemberActor } from "../actor";
import { newId } from "../new-id";
import { runtime } from "../runtime";
import { requireCallable } from "./manage-subscriptions";
import { postEvent } from "./post-event";
import { requireWithinLimit } from "./require-within-limit";
import { requireManagesSubscriptions } from "./subscription-access";

/**
 * Sends one signed test event to an endpoint that isn't saved yet. Stores nothing.
 * @throws AppError `insufficient_permissions`; `invalid_request` for an endpoint that may not be called; `too_many_attempts`,
 * because it makes the server call an address that someone typed.
 */
export async function testEndpoint(
  actor: MemberActor,
  { endpointUrl, signingSecret }: TestEndpointInput,
): Promise<EndpointTest> {
  requireManagesSubscriptions(actor);
  await requireWithinLimit(runtime().endpointTests, actor, "test events");
  await requireCallable(endpointUrl);
  const eventId = newId("evt");
  const body = JSON.stringify({
    id: eventId,
    type: testEventType,
    createdAt: new Date().toISOString(),
    workspaceId: actor.workspaceId,
    data: { message: "This is a test event." },
  });
  const { attempt } = await postEvent({ endpointUrl, eventId, body, secrets: [Buffer.from(signingSecret)] });
  const { status, latencyMs, error, answer } = attempt;
  return { status, latencyMs, error, answer };
}
