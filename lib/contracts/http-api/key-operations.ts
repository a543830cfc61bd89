import { z } from "zod";
import { publicAccessLogQuery, publicExportQuery, publicStreamQuery } from "../access-log-query";
import {
  idempotencyKey,
  publicCancelRotationQuery,
  publicCreateApiKeyInput,
  publicListApiKeysQuery,
  publicMoveOverlapInput,
  publicRevokeQuery,
  publicRotateApiKeyInput,
  publicUpdateApiKeyInput,
} from "../public-api-key-input";
import { publicUsageQuery } from "../usage-query";
import { accessLogAnswer, usageAnswer } from "./access-logs";
import {
  apiKeyAnswer,
  apiKeyListAnswer,
  canceledRotationAnswer,
  createdApiKeyAnswer,
  revokedApiKeyAnswer,
  rotatedApiKeyAnswer,
} from "./api-keys";
import { eventOperations } from "./event-operations";
import { keyDenials } from "./key-denials";
import { meAnswer } from "./me";
import { named } from "./named-schemas";
import type { Operation, Operations } from "./operation";

const pathParameters = { key_id: "The id of a key. `current` stands for the calling key." };

const idempotent = {
  "Idempotency-Key": {
    description:
      "Makes the request safe to retry for 24 hours. A repeated request gets 409 `conflict` with the id of the key that was created, because its secret can't be shown again.",
    schema: idempotencyKey,
  },
};

const update = {
  path: "/auth/api-keys/{key_id}",
  tag: "API keys",
  access: "key",
  managesKeys: true,
  pathParameters,
  body: named("UpdateApiKeyRequest", publicUpdateApiKeyInput),
  answer: apiKeyAnswer,
  errors: [...keyDenials, "not_found", "conflict", "payload_too_large"],
} as const satisfies Partial<Operation>;

/** The operations that need an API key. */
export const keyOperations = {
  createApiKey: {
    method: "POST",
    path: "/auth/api-keys",
    tag: "API keys",
    summary: "Create an API key",
    description:
      "Creates a key with the same owner as the calling key. Addresses, environment and limits default to those of the calling key and can't exceed them.",
    access: "key",
    managesKeys: true,
    headers: idempotent,
    body: named("CreateApiKeyRequest", publicCreateApiKeyInput),
    answer: createdApiKeyAnswer,
    errors: [...keyDenials, "conflict", "payload_too_large"],
  },
  listApiKeys: {
    method: "GET",
    path: "/auth/api-keys",
    tag: "API keys",
    summary: "List API keys",
    description:
      "Lists the keys of the calling key's owner, or all keys of the workspace if that owner is an owner or admin. The key that created the calling key comes first, then the others from oldest to newest.",
    access: "key",
    managesKeys: true,
    query: publicListApiKeysQuery,
    answer: apiKeyListAnswer,
    errors: keyDenials,
  },
  getApiKey: {
    method: "GET",
    path: "/auth/api-keys/{key_id}",
    tag: "API keys",
    summary: "Get an API key",
    access: "key",
    managesKeys: true,
    pathParameters,
    answer: apiKeyAnswer,
    errors: [...keyDenials, "not_found"],
  },
  updateApiKey: {
    ...update,
    method: "PATCH",
    summary: "Update an API key",
    description:
      "Omitted fields don't change. The permissions of a key can't be changed after it is created.",
  },
  updateApiKeyWithPut: {
    ...update,
    method: "PUT",
    summary: "Update an API key (PUT)",
    description: "The same as PATCH: omitted fields don't change.",
  },
  revokeApiKey: {
    method: "DELETE",
    path: "/auth/api-keys/{key_id}",
    tag: "API keys",
    summary: "Revoke an API key",
    description:
      "Returns once no instance accepts the key any more. This can't be undone. Revoking a revoked key returns the same `revoked_at`.",
    access: "key",
    managesKeys: true,
    pathParameters,
    query: publicRevokeQuery,
    answer: revokedApiKeyAnswer,
    errors: [...keyDenials, "not_found"],
  },
  rotateApiKey: {
    method: "POST",
    path: "/auth/api-keys/{key_id}/rotate",
    tag: "API keys",
    summary: "Rotate an API key",
    description:
      "Creates a successor with the same rights. The old key keeps working for `overlap_seconds`, or until it expires if that is earlier.",
    access: "key",
    managesKeys: true,
    pathParameters,
    headers: idempotent,
    body: named("RotateApiKeyRequest", publicRotateApiKeyInput),
    answer: rotatedApiKeyAnswer,
    errors: [...keyDenials, "not_found", "conflict", "payload_too_large"],
  },
  moveApiKeyOverlap: {
    method: "PATCH",
    path: "/auth/api-keys/{key_id}/rotation",
    tag: "API keys",
    summary: "Extend or shorten the overlap of a rotation",
    description:
      "The old key keeps working for `overlap_seconds` from now, but never past the expiry that it had before. To finish the rotation, revoke the old key.",
    access: "key",
    managesKeys: true,
    pathParameters,
    body: named("MoveOverlapRequest", publicMoveOverlapInput),
    answer: apiKeyAnswer,
    errors: [...keyDenials, "not_found", "conflict", "payload_too_large"],
  },
  cancelApiKeyRotation: {
    method: "DELETE",
    path: "/auth/api-keys/{key_id}/rotation",
    tag: "API keys",
    summary: "Cancel a rotation",
    description:
      "Revokes the successor and gives the old key its expiry back. If the successor was used, the answer is 409 unless `force=1` is given.",
    access: "key",
    managesKeys: true,
    pathParameters,
    query: publicCancelRotationQuery,
    answer: canceledRotationAnswer,
    errors: [...keyDenials, "not_found", "conflict"],
  },
  getMe: {
    method: "GET",
    path: "/api/public/v1/me",
    tag: "Workspace",
    summary: "Get the calling key",
    description: "Returns the owner and workspace of the key, and what remains of its limits.",
    access: "key",
    allowsCustomKeys: true,
    answer: meAnswer,
    errors: keyDenials,
  },
  listAccessLogs: {
    method: "GET",
    path: "/api/public/v1/access-logs",
    tag: "Workspace",
    summary: "List access log entries",
    description:
      "Decisions about keys, newest first. Pass `next_cursor` as `cursor` to get the next page. A key can read the entries that its owner can read.",
    access: "key",
    query: publicAccessLogQuery,
    answer: accessLogAnswer,
    errors: keyDenials,
  },
  exportAccessLogs: {
    method: "GET",
    path: "/api/public/v1/access-logs/export",
    tag: "Workspace",
    summary: "Export access log entries",
    description:
      'The same entries as CSV or as lines of JSON, oldest first, up to the moment when the log was complete at the start. NDJSON ends with the line `{"end": true, "rows": n}`. If anything fails, the connection is cut. A workspace can have one export at a time.',
    access: "key",
    query: publicExportQuery,
    answer: null,
    streams: ["text/csv", "application/x-ndjson"],
    answerHeaders: { "Content-Disposition": "A file name." },
    errors: keyDenials,
  },
  streamAccessLogs: {
    method: "GET",
    path: "/api/public/v1/access-logs/stream",
    tag: "Workspace",
    summary: "Follow the access log",
    description:
      "Server-sent events: an event for each entry as soon as the log is complete up to it. Its id is a cursor: after a break, send it as `Last-Event-ID` and none is missing or repeated. Ends when the key may no longer read the log. A workspace can have ten at a time.",
    access: "key",
    query: publicStreamQuery,
    headers: {
      "Last-Event-ID": { description: "The id of the last event that you received.", schema: z.string() },
    },
    answer: null,
    streams: ["text/event-stream"],
    errors: keyDenials,
  },
  getUsage: {
    method: "GET",
    path: "/api/public/v1/usage",
    tag: "Workspace",
    summary: "Count requests by hour or day",
    description:
      "At most 31 days by hour or 400 days by day. By default the last 24 hours or the last 30 days.",
    access: "key",
    query: publicUsageQuery,
    answer: usageAnswer,
    errors: keyDenials,
  },
  ...eventOperations,
} as const satisfies Operations;
export type KeyOperations = typeof keyOperations;
