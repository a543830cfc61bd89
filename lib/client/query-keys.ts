type Filters = Readonly<Record<string, string | undefined>>;

/** Every query key. Invalidating a key also invalidates the longer keys that start with it. */
export const queryKeys = {
  account: ["account"] as const,
  sessions: ["account", "sessions"] as const,
  accountActivity: ["account", "activity"] as const,
  accountDeletion: ["account", "deletion"] as const,
  connectedAccounts: ["account", "connected-accounts"] as const,
  twoStep: ["account", "two-step"] as const,
  passkeys: ["account", "passkeys"] as const,
  workspace: (workspace: string) => ["workspaces", workspace] as const,
  apiAccessUse: (workspace: string) => ["workspaces", workspace, "api-access"] as const,
  domains: (workspace: string) => ["workspaces", workspace, "domains"] as const,
  /** By the policy that they don't meet. */
  unmetKeys: (workspace: string, policy: object | null) =>
    ["workspaces", workspace, "unmet-keys", policy] as const,
  permissions: (workspace: string) => ["workspaces", workspace, "permissions"] as const,
  members: (workspace: string) => ["workspaces", workspace, "members"] as const,
  memberKeys: (workspace: string, userId: string) =>
    ["workspaces", workspace, "members", userId, "keys"] as const,
  invitations: (workspace: string) => ["workspaces", workspace, "invitations"] as const,
  apiKeys: (workspace: string) => ["workspaces", workspace, "api-keys"] as const,
  apiKeyLists: (workspace: string) => ["workspaces", workspace, "api-keys", "list"] as const,
  apiKeyList: (workspace: string, filters: Filters) =>
    ["workspaces", workspace, "api-keys", "list", filters] as const,
  keyBatchPreview: (workspace: string, batch: object) =>
    ["workspaces", workspace, "api-key-preview", batch] as const,
  apiKey: (workspace: string, keyId: string) => ["workspaces", workspace, "api-keys", "one", keyId] as const,
  apiKeyActivity: (workspace: string, keyId: string) =>
    ["workspaces", workspace, "api-keys", "one", keyId, "activity"] as const,
  accessLogs: (workspace: string) => ["workspaces", workspace, "access-logs"] as const,
  accessLogList: (workspace: string, filters: Filters) =>
    ["workspaces", workspace, "access-logs", filters] as const,
  accessLogEntry: (workspace: string, id: string) =>
    ["workspaces", workspace, "access-logs", "entry", id] as const,
  accessLogOverview: (workspace: string, filters: Filters) =>
    ["workspaces", workspace, "access-logs", "overview", filters] as const,
  quotas: (workspace: string, filters: Filters) => ["workspaces", workspace, "quotas", filters] as const,
  usageRequests: (workspace: string, filters: Filters) =>
    ["workspaces", workspace, "usage", filters] as const,
  eventSubscriptions: (workspace: string) => ["workspaces", workspace, "event-subscriptions"] as const,
  eventSubscriptionList: (workspace: string) =>
    ["workspaces", workspace, "event-subscriptions", "list"] as const,
  eventSubscription: (workspace: string, id: string) =>
    ["workspaces", workspace, "event-subscriptions", "one", id] as const,
  auditEvents: (workspace: string) => ["workspaces", workspace, "audit-events"] as const,
  auditEventList: (workspace: string, filters: Filters) =>
    ["workspaces", workspace, "audit-events", filters] as const,
  auditEvent: (workspace: string, id: string) =>
    ["workspaces", workspace, "audit-events", "one", id] as const,
};
