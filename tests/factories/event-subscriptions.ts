import type { CreateSubscriptionInput } from "@/lib/contracts/event-subscription-input";
import type { MemberActor } from "@/lib/server/actor";
import { createSubscription } from "@/lib/server/events/manage-subscriptions";
import { runtime } from "@/lib/server/runtime";

/** A subscription to everything. Its endpoint is on this machine, which needs WEBHOOK_ALLOW_CIDRS. @returns Its id. */
export async function makeSubscription(
  actor: MemberActor,
  input: Partial<CreateSubscriptionInput> = {},
): Promise<string> {
  const { id } = await createSubscription(actor, {
    endpointUrl: "https://127.0.0.1:9/hooks",
    eventTypes: ["*"],
    signingSecret: "a secret of the receiver",
    ...input,
  });
  return id;
}

/** Records an event as a change would, for every subscription of the workspace that asks for it. */
export async function recordEvent(
  { workspaceId }: Pick<MemberActor, "workspaceId">,
  type: string,
  { keyId, environment }: { keyId?: string; environment?: string } = {},
): Promise<void> {
  await runtime().pool.query("SELECT events.record($1, $2, $3, $4, '{}'::json, true)", [
    workspaceId,
    type,
    keyId ?? null,
    environment ?? null,
  ]);
}

export async function recordEvents(
  actor: Pick<MemberActor, "workspaceId">,
  ...types: string[]
): Promise<void> {
  for (const type of types) await recordEvent(actor, type);
}
