import { ApiError } from "@/lib/client/api-error";
import type { UpdateApiKeyInput } from "@/lib/contracts/api-key-input";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { type KeyPolicy, mustExpire } from "@/lib/contracts/key-policy";
import { addressLines } from "./create-api-key-values";
import { latestExpiry } from "./extension";
import { expirationChoices, expirationFields } from "./key-expiration";

/** The values of the edit form, as typed. */
export type EditApiKeyValues = {
  name: string;
  environment: string;
  /** `keep`, or a choice of the create dialog, counted from now. */
  expiration: string;
  allowedIps: string;
  /** Whether stricter addresses are only reported at first, and after how many days they are enforced; empty: not by date. */
  reportOnly: boolean;
  enforceIn: string;
  rateLimitPerMinute: string;
  notes: string;
};

export function editApiKeyValuesOf(key: ApiKey): EditApiKeyValues {
  return {
    name: key.name,
    environment: key.environment,
    expiration: "keep",
    allowedIps: key.allowedIps.join("\n"),
    reportOnly: false,
    enforceIn: "7",
    rateLimitPerMinute: key.ownRateLimitPerMinute === null ? "" : String(key.ownRateLimitPerMinute),
    notes: key.notes,
  };
}

export const editApiKeyFields: (keyof EditApiKeyValues)[] = [
  "name",
  "environment",
  "expiration",
  "allowedIps",
  "rateLimitPerMinute",
  "notes",
];

/** The presets that the key policy allows, after the choice that changes nothing. */
export function editExpirationChoices(
  key: Pick<ApiKey, "createdAt" | "expiresAt">,
  policy: KeyPolicy,
  now: Date,
): { value: string; label: string }[] {
  const latest = latestExpiry(key, policy);
  const isAllowed = (choice: string) => {
    if (choice === "never") return key.expiresAt !== null && !mustExpire(policy);
    return !latest || now.getTime() + Number(choice) * 86_400_000 <= latest.getTime();
  };
  const keep = { value: "keep", label: key.expiresAt === null ? "No expiration" : "Unchanged" };
  return [
    keep,
    ...expirationChoices
      .filter(({ value }) => value !== "custom" && isAllowed(value))
      .map(({ value, label }) => ({ value, label: value === "never" ? label : `${label} from now` })),
  ];
}

/** Only what the person changed, so that a change by someone else isn't undone. */
export function editApiKeyInputOf(
  values: EditApiKeyValues,
  before: EditApiKeyValues,
  zone: string | null,
): UpdateApiKeyInput {
  const isChanged = (field: keyof EditApiKeyValues) => values[field] !== before[field];
  const limit = values.rateLimitPerMinute.trim();
  return {
    ...(isChanged("name") && { name: values.name.trim() }),
    ...(isChanged("environment") && { environment: values.environment.trim() }),
    ...(isChanged("expiration") && expiryOf(values.expiration, zone)),
    ...(isChanged("allowedIps") && addressesOf(values)),
    ...(isChanged("rateLimitPerMinute") && { rateLimitPerMinute: limit === "" ? null : Number(limit) }),
    ...(isChanged("notes") && { notes: values.notes.trim() }),
  };
}

function addressesOf({
  allowedIps,
  reportOnly,
  enforceIn,
}: EditApiKeyValues): Pick<UpdateApiKeyInput, "allowedIps" | "reportOnly"> {
  const list = addressLines(allowedIps);
  if (!reportOnly) return { allowedIps: list };
  const enforceAt = enforceIn === "" ? null : new Date(Date.now() + Number(enforceIn) * 86_400_000);
  return { reportOnly: { allowedIps: list, enforceAt: enforceAt?.toISOString() ?? null } };
}

function expiryOf(
  choice: string,
  zone: string | null,
): Pick<UpdateApiKeyInput, "expirationDays" | "expiresAt"> {
  const { expiresInDays } = expirationFields(choice, "", zone);
  return expiresInDays == null ? { expiresAt: null } : { expirationDays: expiresInDays };
}

export type EditErrors = Partial<Record<keyof EditApiKeyValues, string>>;

/** The server's messages by field of the form. An error in an address names the address. */
export function editErrorsOf(
  error: unknown,
  values: EditApiKeyValues,
  wrong: Partial<Record<string, string>>,
): EditErrors {
  const inList = error instanceof ApiError ? Object.entries(error.fields) : [];
  const [path, message] = inList.find(([name]) => /^(?:reportOnly\.)?allowedIps\b/.test(name)) ?? [];
  const line = path && addressLines(values.allowedIps)[Number(/\d+$/.exec(path)?.[0])];
  const expiration = wrong.expiresAt ?? wrong.expirationDays;
  return {
    ...wrong,
    ...(expiration && { expiration }),
    ...(message && { allowedIps: line ? `${line}: ${message}` : message }),
  };
}
