import type { AuditAction } from "@/lib/contracts/audit-actions";

/** What a line of a log that is kept elsewhere says about a key or a member. */
export type Evidence = { at: Date; keyId: string | null; what: string; isRevocation: boolean };

/** Actions that took something away, beside revocations. They have to be repeated by hand. */
const otherDenials = new Set<string>([
  "account.disabled",
  "account.email_changed",
  "account.password_changed",
  "account.password_reset",
  "account.passkey_removed",
  "account.recovery_code_used",
  "account.two_step_reset",
  "api_key.disabled",
  "api_key.expiry_changed",
  "api_key.manage_withdrawn",
  "api_key.rotated",
  "api_key.updated",
  "event_subscription.deleted",
  "event_subscription.paused",
  "event_subscription.secret_changed",
  "invitation.withdrawn",
  "member.left",
  "member.removed",
  "member.role_changed",
  "member.suspended",
  "session.revoked",
  "workspace.api_access_disabled",
  "workspace.deleted",
  "workspace.key_policy_changed",
  "workspace.quotas_changed",
  "workspace.sso_required",
  "workspace.two_step_required",
] satisfies AuditAction[]);

type Json = Record<string, unknown>;

/**
 * Reads a line of JSON of any copy of the logs: an export of the audit log or of the access log, a stored event, or OTLP as a collector
 * writes it. A request that was denied with `revoked_key` proves that its key was revoked.
 * @returns Nothing for what says nothing about this. @throws Error if it isn't JSON.
 */
export function evidenceIn(line: string): Evidence[] {
  const json: unknown = JSON.parse(line);
  if (!isObject(json)) return [];
  if (Array.isArray(json.resourceLogs)) return json.resourceLogs.flatMap(recordsIn).flatMap(ofRecord);
  if (typeof json.action === "string" && isObject(json.target)) return ofAuditEvent(json, json.target);
  if (typeof json.type === "string" && isObject(json.data)) return ofEvent(json, json.data);
  if (typeof json.code === "string") return ofEntry(json.at, json.key_id, json.code);
  return [];
}

function ofAuditEvent(json: Json, target: Json): Evidence[] {
  const { action } = json as { action: string };
  const isRevocation = action === "api_key.revoked" || action === "api_key.exposed";
  if (!isRevocation && !otherDenials.has(action)) return [];
  const keyId = target.type === "api_key" ? textOf(target.id) : null;
  return evidence(
    json.at,
    keyId,
    `${action} ${textOf(target.name) ?? ""} (${textOf(target.id)})`,
    isRevocation,
  );
}

function ofEvent(json: Json, data: Json): Evidence[] {
  const keyId = isObject(data.key) ? textOf(data.key.id) : null;
  if (keyId === null || json.type !== "api_key.revoked") return [];
  return evidence(json.createdAt, keyId, `${json.type} (${keyId})`, true);
}

function ofEntry(at: unknown, keyId: unknown, code: string): Evidence[] {
  if (code !== "revoked_key" || textOf(keyId) === null) return [];
  return evidence(at, textOf(keyId), `a request was denied: ${code} (${keyId})`, true);
}

function evidence(at: unknown, keyId: string | null, what: string, isRevocation: boolean): Evidence[] {
  const moment = new Date(typeof at === "string" ? at : Number.NaN);
  return Number.isNaN(moment.getTime()) ? [] : [{ at: moment, keyId, what, isRevocation }];
}

function recordsIn(resource: unknown): Json[] {
  const scopes = isObject(resource) && Array.isArray(resource.scopeLogs) ? resource.scopeLogs : [];
  return scopes.flatMap((scope: unknown) =>
    isObject(scope) && Array.isArray(scope.logRecords) ? scope.logRecords.filter(isObject) : [],
  );
}

function ofRecord({ timeUnixNano, attributes }: Json): Evidence[] {
  const list = Array.isArray(attributes) ? attributes.filter(isObject) : [];
  const attribute = (name: string) => {
    const value = list.find(({ key }) => key === name)?.value;
    return isObject(value) ? textOf(value.stringValue) : null;
  };
  const ms = Number(timeUnixNano) / 1e6;
  const code = attribute("keyward.code");
  if (code === null || !(ms > 0 && ms < 8.64e15)) return [];
  return ofEntry(new Date(ms).toISOString(), attribute("keyward.key.id"), code);
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
