import { ApiError } from "@/lib/client/api-error";
import { secretProblem } from "@/lib/client/signing-secret";
import type { EventFilters } from "@/lib/contracts/event-subscription-input";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";
import { isSubscribable } from "@/lib/contracts/event-types";
import { splitTypes } from "./event-type-groups";

/** The fields of the form that creates or edits a subscription. */
export type SubscriptionValues = {
  endpointUrl: string;
  /** Names that have a checkbox. */
  chosenTypes: string[];
  /** Other names, as typed. */
  ownTypes: string;
  keys: EventSubscription["filters"]["keys"];
  /** As typed. */
  environments: string;
};

export const subscriptionFields = [
  "endpointUrl",
  "eventTypes",
  "ownTypes",
  "keys",
  "environments",
  "signingSecret",
] as const;
type FieldName = (typeof subscriptionFields)[number];
export type SubscriptionErrors = Partial<Record<FieldName, string>>;

export const emptySubscriptionValues: SubscriptionValues = {
  endpointUrl: "",
  chosenTypes: [],
  ownTypes: "",
  keys: [],
  environments: "",
};

export function subscriptionValuesOf({
  endpointUrl,
  eventTypes,
  filters,
}: EventSubscription): SubscriptionValues {
  const { chosen, own } = splitTypes(eventTypes);
  return {
    endpointUrl,
    chosenTypes: chosen,
    ownTypes: own.join(", "),
    keys: filters.keys,
    environments: filters.environments.join(", "),
  };
}

export function typesOf({ chosenTypes, ownTypes }: SubscriptionValues): string[] {
  return [...new Set([...chosenTypes, ...words(ownTypes)])];
}

export function filtersOf({ keys, environments }: SubscriptionValues): Required<EventFilters> {
  return { keyIds: keys.map(({ id }) => id), environments: [...new Set(words(environments))] };
}

export function checkEndpointUrl(text: string): string | undefined {
  const url = URL.parse(text.trim());
  if (!url) return "Enter a URL that begins with https://.";
  if (url.protocol !== "https:") return "Use https://. Events aren’t sent without encryption.";
  return url.username || url.password ? "Remove the user name and password." : undefined;
}

/** @param signingSecret Undefined if the form has none. */
export function checkSubscriptionValues(
  values: SubscriptionValues,
  signingSecret?: string,
): SubscriptionErrors {
  const wrong = words(values.ownTypes).find((name) => !isSubscribable(name));
  const badEnvironment = words(values.environments).find((name) => !/^[a-z0-9_-]{1,30}$/.test(name));
  const errors: Record<FieldName, string | null | undefined> = {
    endpointUrl: checkEndpointUrl(values.endpointUrl),
    eventTypes: typesOf(values).length === 0 ? "Choose at least one event type." : undefined,
    ownTypes: wrong && `“${wrong}” isn’t an event type. Use a name such as invoice.paid or invoice.*.`,
    keys: undefined,
    environments:
      badEnvironment &&
      `“${badEnvironment}” isn’t an environment. Use 1 to 30 characters: a–z, 0–9, _ and -.`,
    signingSecret: signingSecret === undefined ? undefined : secretProblem(signingSecret),
  };
  return Object.fromEntries(Object.entries(errors).filter(([, error]) => error));
}

/** Leaves out the errors of fields that were changed since they were checked. */
export function currentErrors(
  errors: SubscriptionErrors,
  checked: { values: SubscriptionValues; secret?: string },
  now: { values: SubscriptionValues; secret?: string },
): SubscriptionErrors {
  const parts = ({ values, secret }: typeof checked): Record<FieldName, unknown> => ({
    endpointUrl: values.endpointUrl,
    eventTypes: typesOf(values),
    ownTypes: values.ownTypes,
    keys: values.keys,
    environments: values.environments,
    signingSecret: secret,
  });
  const [before, after] = [parts(checked), parts(now)];
  const isSame = (field: string) =>
    JSON.stringify(before[field as FieldName]) === JSON.stringify(after[field as FieldName]);
  return Object.fromEntries(Object.entries(errors).filter(([field]) => isSame(field)));
}

/** Maps the server's field errors, such as `filters.environments.0`, to this form's fields. */
export async function withSubscriptionErrors<Result>(request: Promise<Result>): Promise<Result> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const fields: Record<string, string> = {};
    for (const [name, message] of Object.entries(error.fields)) fields[fieldOf(name)] ??= message;
    throw new ApiError(error.code, error.message, {
      ...error,
      requestId: error.requestId ?? undefined,
      fields,
    });
  }
}

function fieldOf(name: string): string {
  if (name.startsWith("eventTypes")) return "eventTypes";
  if (name.startsWith("filters.keyIds")) return "keys";
  return name.startsWith("filters.environments") ? "environments" : name;
}

/** Names between commas, spaces or line ends. */
function words(text: string): string[] {
  return text.split(/[\s,;]+/).filter(Boolean);
}
