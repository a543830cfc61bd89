/**
 * Keyward's own event types, in the order in which pickers show them. What `data` holds is in docs/http-api.md, 4.4. The operator's
 * services send events of other types.
 */
export const eventTypes = {
  "api_key.created": "An API key was created",
  "api_key.updated": "An API key was changed",
  "api_key.disabled": "An API key was disabled",
  "api_key.enabled": "An API key was enabled",
  "api_key.rotated": "An API key was rotated",
  "api_key.revoked": "An API key was revoked",
  "api_key.expiring": "An API key expires in 7 days, in 1 day, or today",
  "api_key.expired": "An API key expired",
  "api_key.exposed": "An API key was reported as leaked",
  "api_key.new_caller": "An API key was used from a new address or by a new client",
  "api_access.enabled": "API access was turned on",
  "api_access.disabled": "API access was turned off",
  "member.added": "Someone joined the workspace",
  "member.removed": "Someone left the workspace or was removed",
  "quota.reached": "A quota reached 80% or 100%",
  "event_subscription.paused":
    "A subscription was paused automatically, for example because its endpoint failed",
} as const satisfies Record<string, string>;

export type EventType = keyof typeof eventTypes;
export const eventTypeNames = Object.keys(eventTypes) as EventType[];

/** The type of test events. They are sent only when someone asks for one. */
export const testEventType = "event_subscription.test";

/** What an operator's own type can't begin with. */
export const reservedTypePrefixes = ["api_key.", "api_access.", "member.", "quota.", "event_subscription."];

/** Lowercase words with dots between them. */
export const eventTypePattern = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/;

export function isReservedType(type: string): boolean {
  return reservedTypePrefixes.some((prefix) => `${type}.`.startsWith(prefix));
}

/** What a subscription can name: a type, or a beginning such as `api_key.*`; `*` is every type. */
export function isSubscribable(name: string): boolean {
  if (name === "*") return true;
  const type = name.endsWith(".*") ? name.slice(0, -2) : name;
  if (!eventTypePattern.test(type)) return false;
  if (!isReservedType(type)) return true;
  return eventTypeNames.some(
    (known) => known === name || (name.endsWith(".*") && known.startsWith(`${type}.`)),
  );
}
