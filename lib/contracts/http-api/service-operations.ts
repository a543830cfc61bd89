import { z } from "zod";
import { introspectInput, verifyInput, verifyUnkeyInput } from "../decision-input";
import { permissionCatalogInput } from "../permission-catalog-input";
import { idempotencyKey, publicCancelRotationQuery, publicRevokeQuery } from "../public-api-key-input";
import { putWorkspaceInput, usageRecordInput } from "../quota-input";
import {
  importQuery,
  listWorkspaceApiKeysQuery,
  listWorkspacesQuery,
  putMemberInput,
  removeMemberQuery,
  serviceCreateApiKeyInput,
  serviceMoveOverlapInput,
  serviceRotateApiKeyInput,
  serviceUpdateApiKeyInput,
} from "../service-api-input";
import {
  apiKeyAnswer,
  apiKeyListAnswer,
  canceledRotationAnswer,
  createdApiKeyAnswer,
  importAnswer,
  revokedApiKeyAnswer,
  rotatedApiKeyAnswer,
} from "./api-keys";
import { introspectAnswer, unkeyAnswer, verifyAnswer } from "./decisions";
import { unkeyErrorAnswer } from "./error";
import { named } from "./named-schemas";
import type { Operation, Operations } from "./operation";
import { permissionCatalogAnswer } from "./permissions";
import { readErrors, readErrorsWithoutQuery, serviceErrors, workspaceParameter } from "./service-errors";
import { serviceEventOperations } from "./service-event-operations";
import {
  memberAnswer,
  removedMemberAnswer,
  usageRecordAnswer,
  workspaceAnswer,
  workspaceListAnswer,
} from "./workspaces";

const ofWorkspace = {
  access: "service_token",
  pathParameters: { workspace_id: workspaceParameter },
} as const satisfies Partial<Operation>;
const ofMember = {
  ...ofWorkspace,
  path: "/api/v1/workspaces/{workspace_id}/members/{member_id}",
  tag: "Workspaces",
  pathParameters: {
    workspace_id: workspaceParameter,
    member_id: "The id of the member, or `ext:` and your own id of it, percent-encoded.",
  },
} as const satisfies Partial<Operation>;
const ofKeys = { ...ofWorkspace, tag: "API keys of your customers" } as const satisfies Partial<Operation>;
const ofKey = {
  ...ofKeys,
  path: "/api/v1/workspaces/{workspace_id}/api-keys/{key_id}",
  pathParameters: { workspace_id: workspaceParameter, key_id: "The id of the key." },
} as const satisfies Partial<Operation>;
const idempotent = {
  "Idempotency-Key": {
    description: "Makes the request safe to retry for 24 hours. It counts per label of the service token.",
    schema: idempotencyKey,
  },
};

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
    ...ofWorkspace,
    method: "PUT",
    path: "/api/v1/workspaces/{workspace_id}",
    tag: "Workspaces",
    summary: "Create or change a workspace",
    description:
      "Omitted fields stay unchanged, but `quotas` replaces all quotas. `ext:ID` with a `name` creates the workspace if there is none with this external id; it has no members then.",
    body: named("UpdateWorkspaceRequest", putWorkspaceInput),
    answer: workspaceAnswer,
    otherAnswers: { 201: { description: "The workspace was created.", schema: workspaceAnswer } },
    errors: [...serviceErrors, "not_found", "insufficient_permissions", "conflict"],
  },
  listWorkspaces: {
    method: "GET",
    path: "/api/v1/workspaces",
    tag: "Workspaces",
    summary: "List workspaces",
    access: "service_token",
    query: listWorkspacesQuery,
    answer: workspaceListAnswer,
    errors: readErrors,
  },
  getWorkspace: {
    ...ofWorkspace,
    method: "GET",
    path: "/api/v1/workspaces/{workspace_id}",
    tag: "Workspaces",
    summary: "Get a workspace",
    answer: workspaceAnswer,
    errors: [...readErrorsWithoutQuery, "not_found"],
  },
  putMember: {
    ...ofMember,
    method: "PUT",
    summary: "Create or change a service member",
    description:
      "Its keys act for it. It can't sign in. `ext:ID` creates the member if there is none with this external id. People are never changed.",
    body: named("PutMemberRequest", putMemberInput),
    answer: memberAnswer,
    otherAnswers: { 201: { description: "The member was created.", schema: memberAnswer } },
    errors: [...serviceErrors, "not_found", "insufficient_permissions"],
  },
  removeMember: {
    ...ofMember,
    method: "DELETE",
    summary: "Remove a service member",
    description: "The query says what becomes of its keys: `keys=revoke` or `transfer_to=MEMBER`.",
    query: removeMemberQuery,
    answer: removedMemberAnswer,
    errors: [...readErrors, "not_found", "insufficient_permissions"],
  },
  createWorkspaceApiKey: {
    ...ofKeys,
    method: "POST",
    path: "/api/v1/workspaces/{workspace_id}/api-keys",
    summary: "Create an API key",
    description: "The owner is a member. By default, the key belongs to the first owner of the workspace.",
    headers: idempotent,
    body: named("CreateWorkspaceApiKeyRequest", serviceCreateApiKeyInput),
    answer: createdApiKeyAnswer,
    errors: [...serviceErrors, "not_found", "conflict"],
  },
  listWorkspaceApiKeys: {
    ...ofKeys,
    method: "GET",
    path: "/api/v1/workspaces/{workspace_id}/api-keys",
    summary: "List API keys",
    query: listWorkspaceApiKeysQuery,
    answer: apiKeyListAnswer,
    errors: [...readErrors, "not_found"],
  },
  importWorkspaceApiKeys: {
    ...ofKeys,
    method: "POST",
    path: "/api/v1/workspaces/{workspace_id}/api-keys/import",
    summary: "Import API keys by the hashes of their secrets",
    description:
      "Each line is a JSON object. Lines that can't be imported are skipped with a reason, the first 1,000 of which are returned. With `dry_run=1` nothing is kept. Up to 64 MiB.",
    query: importQuery,
    body: z.string(),
    bodyType: "application/x-ndjson",
    answer: importAnswer,
    errors: [...readErrors, "not_found"],
  },
  getWorkspaceApiKey: {
    ...ofKey,
    method: "GET",
    summary: "Get an API key",
    answer: apiKeyAnswer,
    errors: [...readErrorsWithoutQuery, "not_found"],
  },
  updateWorkspaceApiKey: {
    ...ofKey,
    method: "PATCH",
    summary: "Change an API key",
    description: "`metadata` is a merge patch (RFC 7396).",
    body: named("UpdateWorkspaceApiKeyRequest", serviceUpdateApiKeyInput),
    answer: apiKeyAnswer,
    errors: [...serviceErrors, "not_found", "conflict"],
  },
  revokeWorkspaceApiKey: {
    ...ofKey,
    method: "DELETE",
    summary: "Revoke an API key",
    description: "Answers when no instance accepts the key any more.",
    query: publicRevokeQuery,
    answer: revokedApiKeyAnswer,
    errors: [...readErrors, "not_found"],
  },
  rotateWorkspaceApiKey: {
    ...ofKey,
    method: "POST",
    path: "/api/v1/workspaces/{workspace_id}/api-keys/{key_id}/rotate",
    summary: "Rotate an API key",
    description: "`overlap_seconds: null` keeps the old key working until it is revoked.",
    headers: idempotent,
    body: named("RotateWorkspaceApiKeyRequest", serviceRotateApiKeyInput),
    answer: rotatedApiKeyAnswer,
    errors: [...serviceErrors, "not_found", "insufficient_permissions", "conflict"],
  },
  moveWorkspaceApiKeyOverlap: {
    ...ofKey,
    method: "PATCH",
    path: "/api/v1/workspaces/{workspace_id}/api-keys/{key_id}/rotation",
    summary: "Extend or shorten the overlap of a rotation",
    body: named("MoveWorkspaceOverlapRequest", serviceMoveOverlapInput),
    answer: apiKeyAnswer,
    errors: [...serviceErrors, "not_found", "conflict"],
  },
  cancelWorkspaceApiKeyRotation: {
    ...ofKey,
    method: "DELETE",
    path: "/api/v1/workspaces/{workspace_id}/api-keys/{key_id}/rotation",
    summary: "Cancel a rotation",
    query: publicCancelRotationQuery,
    answer: canceledRotationAnswer,
    errors: [...readErrors, "not_found", "conflict"],
  },
  getPermissions: {
    method: "GET",
    path: "/api/v1/permissions",
    tag: "Permissions",
    summary: "Get the permission catalog",
    description: "The permissions that are declared on this server, which keys can be granted.",
    access: "service_token",
    answer: permissionCatalogAnswer,
    errors: [...readErrorsWithoutQuery, "insufficient_permissions"],
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
    errors: [...serviceErrors, "insufficient_permissions", "conflict"],
  },
  ...serviceEventOperations,
} as const satisfies Operations;
export type ServiceOperations = typeof serviceOperations;
