import type { CreateOwnedApiKeyInput } from "@/lib/contracts/api-key-input";
import type { PermissionLevel } from "@/lib/contracts/api-keys";
import type { KeyPolicy } from "@/lib/contracts/key-policy";
import type { MemberView } from "@/lib/contracts/workspaces";
import { defaultExpirationChoice, type ExpirationChoice, expirationFields } from "./key-expiration";

/** The values of the create form, as typed. */
export type CreateApiKeyValues = {
  name: string;
  /** A service member; null for the person creating the key. */
  owner: MemberView | null;
  permissionLevel: PermissionLevel;
  /** Sent for custom only, but kept while another level is selected. */
  permissions: string[];
  expiration: ExpirationChoice;
  customDay: string;
  environment: string;
  canManageKeys: boolean;
  allowedIps: string;
  rateLimitPerMinute: string;
};

export type CreateApiKeyErrors = Partial<Record<keyof CreateApiKeyValues, string>>;

export type CreateApiKeyFieldsProps = {
  values: CreateApiKeyValues;
  errors: CreateApiKeyErrors;
  onChange: (changes: Partial<CreateApiKeyValues>) => void;
};
export type PolicyProps = {
  /** The workspace's key policy. */
  policy: KeyPolicy;
};

export const emptyCreateApiKeyValues: CreateApiKeyValues = {
  name: "",
  owner: null,
  permissionLevel: "read_only",
  permissions: [],
  expiration: defaultExpirationChoice,
  customDay: "",
  environment: "production",
  canManageKeys: false,
  allowedIps: "",
  rateLimitPerMinute: "",
};

export const createApiKeyFields = Object.keys(emptyCreateApiKeyValues) as (keyof CreateApiKeyValues)[];

/** Checks only what can't be sent at all. The server validates the rest. */
export function checkCreateApiKeyValues(
  values: CreateApiKeyValues,
  policy: KeyPolicy = {},
): CreateApiKeyErrors {
  const errors: CreateApiKeyErrors = {};
  if (values.name.trim() === "") errors.name = "Enter a name.";
  if (values.permissionLevel === "custom" && values.permissions.length === 0)
    errors.permissions = "Choose at least one permission.";
  if (values.expiration === "custom" && !expirationFields("custom", values.customDay, null).expiresAt) {
    errors.customDay = "Choose the key’s last day.";
  }
  if (values.environment.trim() === "") errors.environment = "Enter an environment.";
  if (policy.requireAllowedIps && addressLines(values.allowedIps).length === 0)
    errors.allowedIps = "Enter at least one address. This workspace’s key policy demands it.";
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
    ...(values.permissionLevel === "custom" && { permissions: values.permissions }),
    environment: values.environment.trim(),
    ...expirationFields(values.expiration, values.customDay, zone),
    ...(values.canManageKeys ? { canManageKeys: true } : {}),
    ...(allowedIps.length > 0 ? { allowedIps } : {}),
    ...(limit === "" ? {} : { rateLimitPerMinute: Number(limit) }),
  };
}

/** Maps the server's field errors to this form's fields. An error in an address names the address. */
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

export function addressLines(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
