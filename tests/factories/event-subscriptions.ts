import type { CreateSubscriptionInput } from "@/lib/contracts/event-subscription-input";
import type { MemberActor } from "@/lib/server/actor";
import { createSubscription } from "@/lib/server/events/manage-subscriptions";
import { runtime } from "@/lib/server/runtime";
import { waitUntil } from "@/tests/wait-until";

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
  let last = 0;
  for (const type of types) {
    // Ids of the same millisecond are in no order.
    await waitUntil("the clock has moved on", async () => Date.now() > last);
    await recordEvent(actor, type);
    last = Date.now();
  }
}

/** Records so many events at once. Each has its number, from 1, as its data. */
export async function recordNumbered(
  { workspaceId }: Pick<MemberActor, "workspaceId">,
  count: number,
  type = "job.done",
): Promise<void> {
  await runtime().pool.query(
    `SELECT events.record($1, $2, NULL, NULL, json_build_object('number', number), true) FROM generate_series(1, $3) number`,
    [workspaceId, type, count],
  );
}

/** As if the time of the next attempt had come for everything that waits. */
export async function makeAllDue(): Promise<void> {
  await runtime().pool.query(
    "UPDATE event_subscriptions SET next_probe_at = now() WHERE next_probe_at > now()",
  );
  // Rows that an instance is changing are left out: waiting for them with others locked could deadlock.
  await runtime().pool.query(
    `UPDATE events.deliveries SET next_attempt_at = now() WHERE id IN (
      SELECT id FROM events.deliveries WHERE status = 'pending' AND next_attempt_at > now() FOR UPDATE SKIP LOCKED)`,
  );
}
