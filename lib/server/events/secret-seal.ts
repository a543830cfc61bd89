/** The encryption context of a subscription's signing secret. */
export function secretSeal(subscriptionId: string): string {
  return `event_subscription:${subscriptionId}`;
}
