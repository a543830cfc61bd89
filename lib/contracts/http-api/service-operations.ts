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

/** What any call with a service token can be refused with. */
const refusals = [
  "invalid_request",
  "missing_key",
  "invalid_key",
  "payload_too_large",
  "internal_error",
  "unavailable",
] as const satisfies PublicErrorCode[];

/** The operations that a service token opens. */
export const serviceOperations = {
  verifyKey: {
    method: "POST",
    path: "/api/v1/verify",
    tag: "Decisions",
    summary: "Decide whether a key may pass",
    description:
      "Answers 200 whichever the decision is. An allowed decision counts as one request. With neither `method` nor `permission` the permission is not judged; with both the stricter counts.",
    access: "service_token",
    body: named("VerifyKeyRequest", verifyInput),
    bodyMayHoldKeys: true,
    answer: verifyAnswer,
    errors: refusals,
  },
  introspectToken: {
    method: "POST",
    path: "/oauth/introspect",
    tag: "Decisions",
    summary: "Introspect a key (RFC 7662)",
    description: "Counts towards no limit. The service token may also be the password of HTTP Basic.",
    access: "service_token_or_basic",
    body: named("IntrospectTokenRequest", introspectInput),
    bodyType: "application/x-www-form-urlencoded",
    answer: introspectAnswer,
    errors: refusals,
  },
  verifyKeyForUnkey: {
    method: "POST",
    path: "/v2/keys.verifyKey",
    tag: "Decisions",
    summary: "Verify a key as Unkey does",
    description:
      "Unkey's v2 contract, for its SDKs. Answers 200 whichever the decision is. `permissions` knows `read`, `write` and `manage_keys`, joined by AND and OR.",
    access: "service_token",
    body: named("UnkeyVerificationRequest", verifyUnkeyInput),
    bodyMayHoldKeys: true,
    answer: unkeyAnswer,
    errors: refusals,
    errorBody: unkeyErrorAnswer,
  },
  recordUsage: {
    method: "POST",
    path: "/api/v1/usage-records",
    tag: "Quotas",
    summary: "Record usage",
    description:
      "Counts what people use in an application without a key. The same `idempotency_key` counts once in seven days. Answers how the nearest quota stands.",
    access: "service_token",
    body: named("RecordUsageRequest", usageRecordInput),
    answer: usageRecordAnswer,
    errors: [...refusals, "not_found", "quota_exceeded"],
  },
  updateWorkspace: {
    method: "PUT",
    path: "/api/v1/workspaces/{workspace_id}",
    tag: "Quotas",
    summary: "Set what a workspace may use",
    description:
      "What is left out stays as it is, save that `quotas` are all that the workspace has afterwards.",
    access: "service_token",
    pathParameters: { workspace_id: "The id of the workspace." },
    body: named("UpdateWorkspaceRequest", putWorkspaceInput),
    answer: workspaceAnswer,
    errors: [...refusals, "not_found"],
  },
  getPermissions: {
    method: "GET",
    path: "/api/v1/permissions",
    tag: "Permissions",
    summary: "Get the permission catalog",
    description: "Everything that keys may be allowed to do on this server, as it was declared.",
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
      "Every instance judges by the new catalog when this answers. A name that is no longer declared is granted to no key; keys keep it in case it returns.",
    access: "service_token",
    body: named("ReplacePermissionsRequest", permissionCatalogInput),
    answer: permissionCatalogAnswer,
    errors: [...refusals, "conflict"],
  },
} as const satisfies Operations;
export type ServiceOperations = typeof serviceOperations;
