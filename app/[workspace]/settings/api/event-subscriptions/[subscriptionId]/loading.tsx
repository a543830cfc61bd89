import { SubscriptionScreenSkeleton } from "@/components/deliveries/subscription-screen-skeleton";

export default function EventSubscriptionLoading() {
  return <SubscriptionScreenSkeleton back="Event subscriptions" />;
}
