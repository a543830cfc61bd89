import type { MemberActor } from "@/lib/server/actor";
import { createSubscription } from "@/lib/server/events/manage-subscriptions";
import type { Stage } from "@/tests/factories/console-people";
import { admins, type Ids, notFoundToAdmins, type Row, workspace } from "./row";

const subscriptions = `${workspace}/event-subscriptions`;
const one = `${subscriptions}/[subscriptionId]`;
// An address, so that creating one needs no DNS. Nothing listens there: a test event is refused at once.
const endpoint = { endpointUrl: "https://127.0.0.1:1/", signingSecret: "from the access matrix" };
const target = { ...endpoint, eventTypes: ["api_key.*"] };

/** Event subscriptions. */
export const subscriptionRows: Row[] = [
  { method: "GET", route: subscriptions, answers: admins },
  { method: "POST", route: subscriptions, answers: [401, 404, 403, 403, 201, 201], body: () => target },
  { method: "POST", route: `${subscriptions}/test`, answers: admins, body: () => endpoint },
  ...[
    { title: "the workspace's", ids: (stage: Stage) => made(stage.actors.owner), answers: admins },
    {
      title: "another workspace's",
      ids: (stage: Stage) => made(stage.actors.stranger),
      answers: notFoundToAdmins,
    },
  ].flatMap((target) => [
    { ...target, method: "GET", route: one },
    { ...target, method: "PATCH", route: one, body: () => ({ eventTypes: ["member.added"] }) },
    { ...target, method: "DELETE", route: one },
  ]),
];

async function made(actor: MemberActor): Promise<Ids> {
  return { subscriptionId: (await createSubscription(actor, target)).id };
}
