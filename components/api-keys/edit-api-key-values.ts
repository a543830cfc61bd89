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
  /**
   * Whether stricter limits are only reported at first, and after how many days they are enforced. Empty: not by date; `keep`: with
   * those that the key reports already.
   */
  reportOnly: boolean;
  enforceIn: string;
  rateLimitPerMinute: string;
  mailNewCallers: boolean;
  notes: string;
};

export function editApiKeyValuesOf(key: ApiKey): EditApiKeyValues {
  return {
    name: key.name,
    environment: key.environment,
    expiration: "keep",
    allowedIps: key.allowedIps.join("\n"),
    reportOnly: false,
    enforceIn: key.reportOnly ? "keep" : "7",
    rateLimitPerMinute: key.ownRateLimitPerMinute === null ? "" : String(key.ownRateLimitPerMinute),
    mailNewCallers: key.mailNewCallers,
    notes: key.notes,
  };
}

export const editApiKeyFields: (keyof EditApiKeyValues)[] = [
  "name",
  "environment",
  "expiration",
  "allowedIps",
  "rateLimitPerMinute",
  "mailNewCallers",
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

/**
 * Only what the person changed, so that a change by someone else isn't undone.
 * @param stricter The changes among these that are only reported, if the person chose that.
 */
export function editApiKeyInputOf(
  values: EditApiKeyValues,
  before: EditApiKeyValues,
  zone: string | null,
  stricter: StricterLimits,
  reported: ApiKey["reportOnly"],
): UpdateApiKeyInput {
  const { allowedIps, rateLimitPerMinute } = values.reportOnly ? stricter : {};
  const isChanged = (field: keyof EditApiKeyValues) => values[field] !== before[field];
  const limit = values.rateLimitPerMinute.trim();
  return {
    ...(isChanged("name") && { name: values.name.trim() }),
    ...(isChanged("environment") && { environment: values.environment.trim() }),
    ...(isChanged("expiration") && expiryOf(values.expiration, zone)),
    ...(isChanged("allowedIps") && !allowedIps && { allowedIps: addressLines(values.allowedIps) }),
    ...(isChanged("rateLimitPerMinute") &&
      rateLimitPerMinute === undefined && { rateLimitPerMinute: limit === "" ? null : Number(limit) }),
    ...((allowedIps || rateLimitPerMinute !== undefined) && {
      reportOnly: reportOnlyOf(values, { allowedIps, rateLimitPerMinute }, reported),
    }),
    ...(isChanged("mailNewCallers") && { mailNewCallers: values.mailNewCallers }),
    ...(isChanged("notes") && { notes: values.notes.trim() }),
  };
}

export type StricterLimits = { allowedIps?: string[] | undefined; rateLimitPerMinute?: number | undefined };

/** Together with what the key reports already, which the request replaces. */
function reportOnlyOf(
  { enforceIn }: EditApiKeyValues,
  { allowedIps, rateLimitPerMinute }: StricterLimits,
  reported: ApiKey["reportOnly"],
): UpdateApiKeyInput["reportOnly"] {
  return {
    allowedIps: allowedIps ?? (reported?.allowedIps.length ? reported.allowedIps : undefined),
    rateLimitPerMinute: rateLimitPerMinute ?? reported?.rateLimitPerMinute ?? undefined,
    enforceAt: enforceIn === "keep" ? (reported?.enforceAt ?? null) : enforceAtOf(enforceIn),
  };
}

function enforceAtOf(days: string): string | null {
  return days === "" ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString();
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
  const [, limit] = inList.find(([name]) => name === "reportOnly.rateLimitPerMinute") ?? [];
  const expiration = wrong.expiresAt ?? wrong.expirationDays;
  return {
    ...wrong,
    ...(expiration && { expiration }),
    ...(limit && { rateLimitPerMinute: limit }),
    ...(message && { allowedIps: line ? `${line}: ${message}` : message }),
  };
}
