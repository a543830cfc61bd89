import type { CreateOwnedApiKeyInput } from "@/lib/contracts/api-key-input";
import type { PermissionLevel } from "@/lib/contracts/api-keys";
import type { MemberView } from "@/lib/contracts/workspaces";
import { defaultExpirationChoice, type ExpirationChoice, expirationFields } from "./key-expiration";

/** The create form as it is typed. */
export type CreateApiKeyValues = {
  name: string;
  /** A service member; null for whoever makes the key. */
  owner: MemberView | null;
  permissionLevel: PermissionLevel;
  expiration: ExpirationChoice;
  customDay: string;
  environment: string;
  canManageKeys: boolean;
  allowedIps: string;
  rateLimitPerMinute: string;
};

export type CreateApiKeyErrors = Partial<Record<keyof CreateApiKeyValues, string>>;

/** What each group of the form's fields is drawn from. */
export type CreateApiKeyFieldsProps = {
  values: CreateApiKeyValues;
  errors: CreateApiKeyErrors;
  onChange: (changes: Partial<CreateApiKeyValues>) => void;
};

export const emptyCreateApiKeyValues: CreateApiKeyValues = {
  name: "",
  owner: null,
  permissionLevel: "read_only",
  expiration: defaultExpirationChoice,
  customDay: "",
  environment: "production",
  canManageKeys: false,
  allowedIps: "",
  rateLimitPerMinute: "",
};

export const createApiKeyFields = Object.keys(emptyCreateApiKeyValues) as (keyof CreateApiKeyValues)[];

/** What can be said without asking the server: only what it could not even be sent. The server judges the rest. */
export function checkCreateApiKeyValues(values: CreateApiKeyValues): CreateApiKeyErrors {
  const errors: CreateApiKeyErrors = {};
  if (values.name.trim() === "") errors.name = "Enter a name.";
  if (values.expiration === "custom" && !expirationFields("custom", values.customDay, null).expiresAt) {
    errors.customDay = "Choose the last day the key should work.";
  }
  if (values.environment.trim() === "") errors.environment = "Enter an environment.";
  const limit = values.rateLimitPerMinute.trim();
  if (limit !== "" && !/^\d+$/.test(limit)) errors.rateLimitPerMinute = "Enter a whole number.";
  return errors;
}

export function createApiKeyInputOf(values: CreateApiKeyValues, zone: string | null): CreateOwnedApiKeyInput {
  const allowedIps = addressLines(values.allowedIps);
  const limit = values.rateLimitPerMinute.trim();
  return {
    name: values.name.trim(),
    ...(values.owner && { ownerId: values.owner.userId }),
    permissionLevel: values.permissionLevel,
    environment: values.environment.trim(),
    ...expirationFields(values.expiration, values.customDay, zone),
    ...(values.canManageKeys ? { canManageKeys: true } : {}),
    ...(allowedIps.length > 0 ? { allowedIps } : {}),
    ...(limit === "" ? {} : { rateLimitPerMinute: Number(limit) }),
  };
}

/** The server's field errors, put under the fields of this form. An entry of the address list is named by its text. */
export function createApiKeyErrorsOf(
  fields: Record<string, string>,
  values: CreateApiKeyValues,
): CreateApiKeyErrors {
  const errors: CreateApiKeyErrors = {};
  for (const [path, message] of Object.entries(fields)) {
    const [name = "", index] = path.split(/[.[\]]+/);
    if (name === "expiresAt" || name === "expiresInDays") {
      errors[values.expiration === "custom" ? "customDay" : "expiration"] ??= message;
    } else if (name === "allowedIps") {
      const line = index === undefined ? undefined : addressLines(values.allowedIps)[Number(index)];
      errors.allowedIps ??= line === undefined ? message : `${line}: ${message}`;
    } else if (name === "ownerId") {
      errors.owner ??= message;
    } else if (name in values) {
      errors[name as keyof CreateApiKeyValues] ??= message;
    }
  }
  return errors;
}

function addressLines(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
