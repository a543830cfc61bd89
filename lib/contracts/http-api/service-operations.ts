import { introspectInput, verifyInput, verifyUnkeyInput } from "../decision-input";
import type { PublicErrorCode } from "../error-codes";
import { permissionCatalogInput } from "../permission-catalog-input";
import { putWorkspaceInput, usageRecordInput } from "../quota-input";
import { introspectAnswer, unkeyAnswer, verifyAnswer } from "./decisions";
import { unkeyErrorAnswer } from "./error";
import { named } from "./named-schemas";
import type { Operations } from "./operation";
import { permissionCatalogAnswer } from "./permissions";
import { usageRecordAnswer, workspaceAnswer } from "./workspaces";

/** The errors that every operation with a service token can return. */
const serviceErrors = [
  "invalid_request",
  "missing_key",
  "invalid_key",
  "payload_too_large",
  "internal_error",
  "unavailable",
] as const satisfies PublicErrorCode[];

/** The operations that need a service token. */
export const serviceOperations = {
  verifyKey: {
    method: "POST",
    path: "/api/v1/verify",
    tag: "Decisions",
    summary: "Verify a key",
    description:
      "Returns 200 for every decision, allowed or denied. An allowed decision counts as one request. Without `method` and `permission` permissions aren't checked; with both, the stricter one applies.",
    access: "service_token",
    body: named("VerifyKeyRequest", verifyInput),
    bodyMayHoldKeys: true,
    answer: verifyAnswer,
    errors: serviceErrors,
  },
  introspectToken: {
    method: "POST",
    path: "/oauth/introspect",
    tag: "Decisions",
    summary: "Introspect a key (RFC 7662)",
    description:
      "Doesn't count toward any limit. The service token can also be sent as the password of HTTP Basic.",
    access: "service_token_or_basic",
    body: named("IntrospectTokenRequest", introspectInput),
    bodyType: "application/x-www-form-urlencoded",
    answer: introspectAnswer,
    errors: serviceErrors,
  },
  verifyKeyForUnkey: {
    method: "POST",
    path: "/v2/keys.verifyKey",
    tag: "Decisions",
    summary: "Verify a key (for Unkey's SDKs)",
    description:
      "Compatible with version 2 of Unkey's API. Returns 200 for every decision. `permissions` accepts `read`, `write` and `manage_keys`, combined with AND and OR.",
    access: "service_token",
    body: named("UnkeyVerificationRequest", verifyUnkeyInput),
    bodyMayHoldKeys: true,
    answer: unkeyAnswer,
    errors: serviceErrors,
    errorBody: unkeyErrorAnswer,
  },
  recordUsage: {
    method: "POST",
    path: "/api/v1/usage-records",
    tag: "Quotas",
    summary: "Record usage",
    description:
      "Counts usage that doesn't come with a key, such as that of people in your application. The same `idempotency_key` counts once within seven days. Returns the quota that is closest to its limit.",
    access: "service_token",
    body: named("RecordUsageRequest", usageRecordInput),
    answer: usageRecordAnswer,
    errors: [...serviceErrors, "not_found", "quota_exceeded"],
  },
  updateWorkspace: {
    method: "PUT",
    path: "/api/v1/workspaces/{workspace_id}",
    tag: "Quotas",
    summary: "Set the limits and quotas of a workspace",
    description: "Omitted fields don't change. `quotas` replaces all quotas of the workspace.",
    access: "service_token",
    pathParameters: { workspace_id: "The id of the workspace." },
    body: named("UpdateWorkspaceRequest", putWorkspaceInput),
    answer: workspaceAnswer,
    errors: [...serviceErrors, "not_found"],
  },
  getPermissions: {
    method: "GET",
    path: "/api/v1/permissions",
    tag: "Permissions",
    summary: "Get the permission catalog",
    description: "The permissions that are declared on this server, which keys can be granted.",
    access: "service_token",
    answer: permissionCatalogAnswer,
    errors: ["missing_key", "invalid_key", "internal_error", "unavailable"],
  },
  replacePermissions: {
    method: "PUT",
    path: "/api/v1/permissions",
    tag: "Permissions",
    summary: "Replace the permission catalog",
    description:
      "Returns once every instance uses the new catalog. A permission that is no longer declared has no effect; keys keep its name in case it is declared again.",
    access: "service_token",
    body: named("ReplacePermissionsRequest", permissionCatalogInput),
    answer: permissionCatalogAnswer,
    errors: [...serviceErrors, "conflict"],
  },
} as const satisfies Operations;
export type ServiceOperations = typeof serviceOperations;
