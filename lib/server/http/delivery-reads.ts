import type { DeliveryDetails, DeliveryPage, ReplayCount } from "@/lib/contracts/deliveries";
import {
  type DeliveryListQuery,
  deliveryListQuery,
  type ReplayInput,
  replayInput,
} from "@/lib/contracts/event-subscription-input";
import { countReplay, getDelivery } from "../events/deliveries";
import { viewDeliveries, viewDeliveryDetails } from "../events/delivery-view";
import type { MemberRead } from "./with-member";

const conditions = { permission: "event_subscription.manage", apiAccess: true } as const;

export const readDeliveryList: MemberRead<DeliveryListQuery, DeliveryPage> = {
  ...conditions,
  query: deliveryListQuery,
  read: (actor, query, { subscriptionId = "" }) => viewDeliveries(actor, subscriptionId, query),
};

export const readDelivery: MemberRead<undefined, DeliveryDetails> = {
  ...conditions,
  read: async (actor, _query, { subscriptionId = "", deliveryId = "" }) =>
    viewDeliveryDetails(await getDelivery(actor, subscriptionId, deliveryId)),
};

export const readReplayCount: MemberRead<ReplayInput, ReplayCount> = {
  ...conditions,
  query: replayInput,
  read: async (actor, input, { subscriptionId = "" }) => ({
    count: await countReplay(actor, subscriptionId, input),
  }),
};
