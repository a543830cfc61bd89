import type { z } from "zod";
import type { ApiKeyAnswer } from "./api-keys";
import type { KeyOperations } from "./key-operations";
import type { AnswerOf, Operation } from "./operation";
import type { ProcessOperations } from "./process-operations";
import type { ServiceOperations } from "./service-operations";
import { subscriptionExamples } from "./subscription-examples";
import type { WorkspaceAnswer } from "./workspaces";

type Example<Row extends Operation> = (Row["body"] extends z.ZodType
  ? { request: z.input<Row["body"]> }
  : { request?: never }) &
  (Row["answer"] extends z.ZodType ? { answer: AnswerOf<Row> } : { answer?: never });
type Examples<Table extends Record<string, Operation>> = { [Id in keyof Table]: Example<Table[Id]> };

const workspaceId = "ws_01kb2v6q3m8w1x5y7z9a0c2e4g";
const userId = "usr_01kb2v6q3m9x2y6z8a0c2e4g6j";
const keyId = "key_01kb2v7t5n4r6s8t0v2w4x6y8z";
const newKeyId = "key_01kb2v9d6q8r0s2t4v6w8x0y2z";

const rotatedKeyId = "key_01kb2vbm7s9t1v3w5x7y9z1a3c";

const newKey: Omit<ApiKeyAnswer, "last_used_at" | "revoked_at"> = {
  key_id: newKeyId,
  name: "Blog importer",
  key_prefix: "kw_sk_2Vb7",
  key_suffix: "p0Qe",
  permission_level: "read_only",
  can_manage_keys: false,
  environment: "staging",
  allowed_ips: ["203.0.113.0/24"],
  rate_limit_per_minute: 60,
  status: "active",
  created_at: "2026-11-22T09:30:00.000Z",
  expires_at: "2027-02-20T09:30:00.000Z",
  created_by: { type: "key", id: keyId },
  owner: { user_id: userId, name: "Ada" },
};
const listedKey: ApiKeyAnswer = { ...newKey, last_used_at: null, revoked_at: null };
const callingKey: ApiKeyAnswer = {
  key_id: keyId,
  name: "CI deploy",
  key_prefix: "kw_sk_9f3A",
  key_suffix: "x1Zq",
  permission_level: "read_write",
  can_manage_keys: true,
  environment: "production",
  allowed_ips: [],
  rate_limit_per_minute: null,
  status: "active",
  created_at: "2026-11-20T14:05:00.000Z",
  expires_at: null,
  created_by: { type: "user", id: userId },
  owner: { user_id: userId, name: "Ada" },
  last_used_at: "2026-11-22T09:29:58.412Z",
  revoked_at: null,
};
const secret = "kw_sk_2Vb7ExampleExampleExampleExample0p0Qe";

const memberId = "usr_01kb2vd4h7n0q3s6v9x2z5a8c1";
const createdCustomersKey = {
  ...newKey,
  name: "Grace's importer",
  permission_level: "custom" as const,
  permissions: ["files:read"],
  environment: "production",
  allowed_ips: [],
  rate_limit_per_minute: null,
  expires_at: "2027-11-22T09:30:00.000Z",
  metadata: { plan: "pro", seats: 3 },
  created_by: { type: "service" as const, id: "default" },
  owner: { user_id: memberId, name: "Grace" },
};
const customersKey: ApiKeyAnswer = { ...createdCustomersKey, last_used_at: null, revoked_at: null };
const acme: WorkspaceAnswer = {
  workspace_id: workspaceId,
  external_id: null,
  slug: "acme",
  name: "Acme",
  api_access: true,
  requests_per_minute: 600,
  quotas: [
    { meter: "requests", limit: 100_000, period: "month" },
    { meter: "uploads", limit: 1000, period: "month" },
  ],
  key_policy: { max_lifetime_days: 365 },
};

/** A test makes each call and compares the answer with the example, save ids, secrets and times. */
const permissionCatalog = {
  permissions: [
    { name: "files:read", title: "Read files", group: "Files", access: "read" as const },
    { name: "files:write", title: "Upload and delete files", group: "Files", access: "write" as const },
    { name: "runs:execute", title: "Start runs", group: "Runs", access: "write" as const },
  ],
  routes: [
    { method: "GET", path: "/v1/files/**", permission: "files:read" },
    { method: "*", path: "/v1/files/**", permission: "files:write" },
    { method: "POST", path: "/v1/workflows/*/runs", permission: "runs:execute" },
  ],
};

export const examples: Examples<KeyOperations & ServiceOperations & ProcessOperations> = {
  createApiKey: {
    request: {
      name: "Blog importer",
      permission_level: "read_only",
      can_manage_keys: false,
      environment: "staging",
      expires_in_days: 90,
      allowed_ips: ["203.0.113.0/24"],
      rate_limit_per_minute: 60,
    },
    answer: { ...newKey, key: secret },
  },
  ...subscriptionExamples,
  listApiKeys: { answer: { keys: [callingKey, listedKey], total: 2, limit: 20, offset: 0 } },
  getApiKey: { answer: listedKey },
  updateApiKey: {
    request: { name: "Blog importer (paused)", disabled: true },
    answer: { ...listedKey, name: "Blog importer (paused)", status: "disabled" },
  },
  updateApiKeyWithPut: {
    request: { name: "Blog importer", disabled: false },
    answer: listedKey,
  },
  rotateApiKey: {
    request: { overlap_seconds: 3600 },
    answer: {
      ...newKey,
      key_id: rotatedKeyId,
      key: "kw_sk_7Hm3ExampleExampleExampleExample0w8Rt",
      key_prefix: "kw_sk_7Hm3",
      key_suffix: "w8Rt",
      rotated_from: newKeyId,
      previous_expires_at: "2026-11-22T10:30:00.000Z",
    },
  },
  revokeApiKey: {
    answer: {
      key_id: newKeyId,
      status: "revoked",
      revoked_at: "2026-11-22T09:45:00.000Z",
      rejected_everywhere: { after_ms: 12, instances: 1 },
    },
  },
  moveApiKeyOverlap: {
    request: { overlap_seconds: 7200 },
    answer: { ...listedKey, rotated_to: rotatedKeyId, expires_at: "2026-11-22T11:30:00.000Z" },
  },
  cancelApiKeyRotation: {
    answer: {
      ...listedKey,
      revoked_key_id: rotatedKeyId,
      rejected_everywhere: { after_ms: 12, instances: 1 },
    },
  },
  getMe: {
    answer: {
      workspace: { id: workspaceId, name: "Acme" },
      user: { id: userId, role: "owner" },
      key: {
        key_id: keyId,
        name: "CI deploy",
        key_prefix: "kw_sk_9f3A",
        key_suffix: "x1Zq",
        permission_level: "read_write",
        permissions: ["files:read", "files:write", "runs:execute"],
        can_manage_keys: true,
        environment: "production",
        expires_at: null,
      },
      rate_limit: {
        limit: 600,
        window_seconds: 60,
        remaining: 599,
        reset_at: "2026-11-22T09:30:00.100Z",
      },
      quotas: [
        { meter: "requests", limit: 100_000, used: 1, resets_at: "2026-12-01T00:00:00.000Z" },
        { meter: "uploads", limit: 1000, used: 3, resets_at: "2026-12-01T00:00:00.000Z" },
      ],
    },
  },
  listAccessLogs: {
    answer: {
      entries: [
        {
          request_id: "req_01kb2v8c4p6q8r0s2t4v6w8x0y",
          at: "2026-11-22T09:29:58.412Z",
          key_id: keyId,
          method: "GET",
          path: "/api/public/v1/me",
          outcome: "allowed",
          status: 200,
          code: "valid",
          ip: "127.0.0.1",
          user_agent: "curl/8.11.0",
          source: "api",
        },
      ],
      next_cursor: null,
      complete_up_to: "2026-11-22T09:30:00.000Z",
    },
  },
  exportAccessLogs: {},
  streamAccessLogs: {},
  getUsage: {
    answer: {
      buckets: [{ start: "2026-11-22T00:00:00.000Z", allowed: 1, denied: 0 }],
      total: { allowed: 1, denied: 0 },
    },
  },
  verifyKey: {
    request: { key: secret, method: "GET", path: "/v1/documents", client_ip: "203.0.113.9" },
    answer: {
      valid: true,
      code: "valid",
      workspace_id: workspaceId,
      user_id: userId,
      role: "owner",
      external_workspace_id: null,
      external_user_id: null,
      key_id: newKeyId,
      name: "Blog importer",
      permission_level: "read_only",
      permissions: ["files:read"],
      environment: "staging",
      metadata: {},
      expires_at: "2027-02-20T09:30:00.000Z",
      rate_limit: { limit: 60, window_seconds: 60, remaining: 59, reset_at: "2026-11-22T09:30:01.000Z" },
    },
  },
  getPermissions: { answer: permissionCatalog },
  replacePermissions: { request: permissionCatalog, answer: permissionCatalog },
  introspectToken: {
    request: { token: secret, client_ip: "203.0.113.9" },
    answer: {
      active: true,
      token_type: "Bearer",
      client_id: newKeyId,
      sub: userId,
      scope: "read files:read",
      workspace_id: workspaceId,
      iat: 1_795_339_800,
      exp: 1_803_115_800,
    },
  },
  verifyKeyForUnkey: {
    request: { key: "kw_sk_9f3AExampleExampleExampleExample0x1Zq", permissions: "read AND write" },
    answer: {
      meta: { requestId: "req_01kb2v8c4p6q8r0s2t4v6w8x0y" },
      data: {
        valid: true,
        code: "VALID",
        keyId,
        name: "CI deploy",
        enabled: true,
        permissions: ["read", "write", "manage_keys", "files:read", "files:write", "runs:execute"],
        ratelimits: [
          {
            exceeded: false,
            id: "default",
            name: "default",
            limit: 600,
            duration: 60_000,
            reset: 100,
            remaining: 599,
            autoApply: true,
          },
        ],
      },
    },
  },
  recordUsage: {
    request: { workspace_id: workspaceId, meter: "uploads", amount: 3, idempotency_key: "upload-7f3a" },
    answer: { used: 3, limit: 1000, resets_at: "2026-12-01T00:00:00.000Z" },
  },
  updateWorkspace: {
    request: {
      api_access: true,
      requests_per_minute: 600,
      quotas: [
        { meter: "requests", limit: 100_000, period: "month" },
        { meter: "uploads", limit: 1000, period: "month" },
      ],
      key_policy: { max_lifetime_days: 365 },
    },
    answer: acme,
  },
  listWorkspaces: { answer: { workspaces: [acme], next_cursor: null } },
  getWorkspace: { answer: acme },
  putMember: {
    request: { name: "Grace", email: "grace@customer.example", role: "member" },
    answer: {
      user_id: memberId,
      external_id: "user-7",
      name: "Grace",
      email: "grace@customer.example",
      role: "member",
    },
  },
  createWorkspaceApiKey: {
    request: {
      name: "Grace's importer",
      permission_level: "custom",
      permissions: ["files:read"],
      owner: "ext:user-7",
      metadata: { plan: "pro", seats: 3 },
    },
    answer: { ...createdCustomersKey, key: secret },
  },
  listWorkspaceApiKeys: { answer: { keys: [customersKey], total: 1, limit: 20, offset: 0 } },
  importWorkspaceApiKeys: {
    request: '{"sha256": "not a hash", "name": "Old key"}',
    answer: {
      imported: 0,
      skipped: [{ line: 1, reason: "sha256: Enter a SHA-256 in hexadecimal or base64." }],
      skipped_total: 1,
    },
  },
  getWorkspaceApiKey: { answer: customersKey },
  updateWorkspaceApiKey: {
    request: { metadata: { seats: null } },
    answer: { ...customersKey, metadata: { plan: "pro" } },
  },
  rotateWorkspaceApiKey: {
    request: { overlap_seconds: null },
    answer: {
      ...createdCustomersKey,
      metadata: { plan: "pro" },
      key_id: rotatedKeyId,
      key: "kw_sk_7Hm3ExampleExampleExampleExample0w8Rt",
      key_prefix: "kw_sk_7Hm3",
      key_suffix: "w8Rt",
      rotated_from: newKeyId,
      previous_expires_at: "2027-11-22T09:30:00.000Z",
    },
  },
  moveWorkspaceApiKeyOverlap: {
    request: { overlap_seconds: 7200 },
    answer: {
      ...customersKey,
      metadata: { plan: "pro" },
      rotated_to: rotatedKeyId,
      expires_at: "2026-11-22T11:30:00.000Z",
    },
  },
  cancelWorkspaceApiKeyRotation: {
    answer: {
      ...customersKey,
      metadata: { plan: "pro" },
      revoked_key_id: rotatedKeyId,
      rejected_everywhere: { after_ms: 12, instances: 1 },
    },
  },
  revokeWorkspaceApiKey: {
    answer: {
      key_id: newKeyId,
      status: "revoked",
      revoked_at: "2026-11-22T09:45:00.000Z",
      rejected_everywhere: { after_ms: 12, instances: 1 },
    },
  },
  removeMember: {
    answer: {
      user_id: memberId,
      keys_revoked: 0,
      keys_transferred: 0,
      rejected_everywhere: { after_ms: 12, instances: 1 },
    },
  },
  revokeCredentials: { request: { credentials: ["kw_sk_2Vb7ExampleExampleExampleExample0p0Qe"] } },
  reportGithubLeaks: {
    request: [
      {
        token: "kw_sk_2Vb7ExampleExampleExampleExample0p0Qe",
        type: "keyward_api_key",
        url: "https://github.com/octocat/Hello-World/blob/12345600b9cbe38a219f39a9941c9319b600c002/foo/bar.txt",
        source: "content",
      },
    ],
    answer: [
      {
        token_hash: "61f49cef75bc31131519842a95248bb2c8bd3a93cad80d8361239e195d605226",
        token_type: "keyward_api_key",
        label: "false_positive",
      },
    ],
  },
  answerPreflight: {},
  getHealth: { answer: { status: "ok", version: "0.1.0" } },
  getReadiness: { answer: { status: "ok", checks: { database: "ok", access_log: "ok" } } },
  getMetrics: {},
  getOpenApi: { answer: { openapi: "3.1.0" } },
};
