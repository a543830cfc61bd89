export { SubscriptionsSkeleton as default } from "@/components/event-subscriptions/subscriptions-skeleton";
