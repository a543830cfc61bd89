import { listDeliveries } from "@/lib/server/events/deliveries";
import type { Stage, Visitor } from "@/tests/factories/console-people";
import { makeSubscription, recordEvents } from "@/tests/factories/event-subscriptions";
import { admins, type Ids, notFoundToAdmins, type Row, workspace } from "./row";

const path = `${workspace}/event-subscriptions/[subscriptionId]`;
const delivery = `${path}/deliveries/[deliveryId]`;
const range = { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" };

const ours = (stage: Stage) => makeDelivery(stage, "owner");
const foreign = (stage: Stage) => makeDelivery(stage, "stranger");

/** One for each workspace, which can have 50. */
const made = new Map<string, Promise<string>>();

async function makeDelivery({ actors }: Stage, who: Exclude<Visitor, "signed out">): Promise<Ids> {
  const { workspaceId } = actors[who];
  const subscription = made.get(workspaceId) ?? makeSubscription(actors[who]);
  made.set(workspaceId, subscription);
  const subscriptionId = await subscription;
  await recordEvents(actors[who], "invoice.paid");
  const { deliveries } = await listDeliveries(actors[who], subscriptionId, { limit: 1 });
  return { subscriptionId, deliveryId: deliveries[0]?.id ?? "" };
}

/** What was sent to event subscriptions. */
export const deliveryRows: Row[] = [
  { method: "GET", route: `${path}/deliveries` },
  { method: "GET", route: delivery },
  { method: "POST", route: `${delivery}/retry` },
  { method: "POST", route: `${path}/test`, status: 201 },
  { method: "GET", route: `${path}/replay`, search: new URLSearchParams(range) },
  { method: "POST", route: `${path}/replay`, body: () => range },
].flatMap(({ status = 200, ...row }): Row[] => [
  { ...row, answers: status === 201 ? [401, 404, 403, 403, 201, 201] : admins, ids: ours },
  { ...row, title: "of another workspace", answers: notFoundToAdmins, ids: foreign },
]);
