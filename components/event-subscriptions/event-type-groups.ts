import { type EventType, eventTypeNames } from "@/lib/contracts/event-types";

export type EventTypeGroup = {
  /** Names every type of the group, also types that are added later. */
  wildcard: string;
  label: string;
  types: EventType[];
};

const labels: Record<string, string> = {
  api_key: "API keys",
  api_access: "API access",
  member: "Members",
  quota: "Quotas",
  event_subscription: "Event subscriptions",
};

const nouns = [...new Set(eventTypeNames.map(nounOf))];

/** Keyward's own event types by their noun, in the order of the table of types. */
export const eventTypeGroups: EventTypeGroup[] = nouns.map((noun) => ({
  wildcard: `${noun}.*`,
  label: labels[noun] ?? noun,
  types: eventTypeNames.filter((type) => nounOf(type) === noun),
}));

const every = "*";
const known: ReadonlySet<string> = new Set([
  every,
  ...eventTypeNames,
  ...eventTypeGroups.map(({ wildcard }) => wildcard),
]);

/** Splits stored names into those that have a checkbox and the rest. */
export function splitTypes(names: readonly string[]): { chosen: string[]; own: string[] } {
  return {
    chosen: names.filter((name) => known.has(name)),
    own: names.filter((name) => !known.has(name)),
  };
}

export function isEveryChosen(chosen: readonly string[]): boolean {
  return chosen.includes(every);
}

/** Chooses every event, which makes the other choices unnecessary, or takes it back. */
export function chooseEvery(on: boolean): string[] {
  return on ? [every] : [];
}

/** Chooses a whole group instead of its single types, or takes it back. */
export function chooseGroup(
  chosen: readonly string[],
  { wildcard, types }: EventTypeGroup,
  on: boolean,
): string[] {
  const others = chosen.filter((name) => name !== wildcard && !(types as string[]).includes(name));
  return on ? [...others, wildcard] : others;
}

export function chooseType(chosen: readonly string[], type: EventType, on: boolean): string[] {
  const others = chosen.filter((name) => name !== type);
  return on ? [...others, type] : others;
}

function nounOf(type: string): string {
  return type.slice(0, type.indexOf("."));
}
