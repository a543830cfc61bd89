import type { DataTag, InfiniteData, QueryKey } from "@tanstack/query-core";
import type { AccessLogPage } from "@/lib/contracts/access-logs";
import type { AccountActivity, SessionView, TwoStepState } from "@/lib/contracts/account";
import type { ApiKey, ApiKeyActivity, ApiKeyList } from "@/lib/contracts/api-keys";
import type { AuditEventPage } from "@/lib/contracts/audit-events";
import type { ConnectedAccount } from "@/lib/contracts/identity-providers";
import type { InvitationView } from "@/lib/contracts/invitations";
import type { PasskeyView } from "@/lib/contracts/passkeys";
import type { UsageOverview } from "@/lib/contracts/quotas";
import type { WorkspaceDomains } from "@/lib/contracts/single-sign-on";
import type { MemberView } from "@/lib/contracts/workspaces";
import { apiRequest } from "./api-client";
import { queryKeys } from "./query-keys";
import { queryString } from "./query-string";

/**
 * The queries that pages start with. The server renders a page with their results; the browser refetches them from the routes.
 * Server components import this file, so it must not import hooks, and only types of React Query: Next.js would otherwise send
 * the whole library to the browser.
 */

export type ApiKeyFilters = { status?: string; owner?: string; search?: string; limit?: string };

/** The workspace's keys in pages. `total` counts all matches. */
export function apiKeyListQuery(workspace: string, filters: ApiKeyFilters) {
  return pagesQuery(queryKeys.apiKeyList(workspace, filters), (cursor, signal) =>
    apiRequest<ApiKeyList>(`${apiKeysPath(workspace)}${queryString({ ...filters, cursor })}`, { signal }),
  );
}

export function apiKeyQuery(workspace: string, keyId: string) {
  return oneQuery<ApiKey>(queryKeys.apiKey(workspace, keyId), apiKeyPath(workspace, keyId));
}

export function apiKeyActivityQuery(
  workspace: string,
  keyId: string,
  options: { background?: boolean } = {},
) {
  const path = `${apiKeyPath(workspace, keyId)}/activity`;
  return oneQuery<ApiKeyActivity>(queryKeys.apiKeyActivity(workspace, keyId), path, options);
}

export const accessLogFilterNames = ["key", "outcome", "code", "ip", "from", "to", "requestId"] as const;
export type AccessLogFilters = Partial<Record<(typeof accessLogFilterNames)[number], string>>;

/** The access log in pages, newest first. A page is complete up to its `completeUpTo`. */
export function accessLogQuery(workspace: string, filters: AccessLogFilters, { limit = 50 } = {}) {
  return pagesQuery(
    queryKeys.accessLogList(workspace, { ...filters, limit: String(limit) }),
    (cursor, signal) =>
      apiRequest<AccessLogPage>(
        `${workspacePath(workspace)}/access-logs${queryString({ ...filters, limit, cursor })}`,
        { signal },
      ),
  );
}

/** Requests per day and quotas, for one key or the whole workspace. */
export function usageQuery(workspace: string, filters: { key?: string }) {
  const path = `${workspacePath(workspace)}/usage${queryString(filters)}`;
  return oneQuery<UsageOverview>(queryKeys.usage(workspace, filters), path);
}

export type AuditEventFilters = { action?: string; actor?: string; target?: string };

/** The audit log in pages, newest first. */
export function auditEventListQuery(workspace: string, filters: AuditEventFilters) {
  return pagesQuery(queryKeys.auditEventList(workspace, filters), (cursor, signal) =>
    apiRequest<AuditEventPage>(
      `${workspacePath(workspace)}/audit-events${queryString({ ...filters, cursor })}`,
      { signal },
    ),
  );
}

export function memberListQuery(workspace: string) {
  const path = `${workspacePath(workspace)}/members`;
  return oneQuery<{ members: MemberView[] }>(queryKeys.members(workspace), path);
}

export function invitationListQuery(workspace: string) {
  const path = `${workspacePath(workspace)}/invitations`;
  return oneQuery<{ invitations: InvitationView[] }>(queryKeys.invitations(workspace), path);
}

/** The workspace's email domains and their single sign-on settings. */
export function domainListQuery(workspace: string) {
  return oneQuery<WorkspaceDomains>(queryKeys.domains(workspace), `${workspacePath(workspace)}/domains`);
}

export function sessionListQuery() {
  return oneQuery<{ sessions: SessionView[] }>(queryKeys.sessions, "/api/account/sessions");
}

export function twoStepQuery() {
  return oneQuery<TwoStepState>(queryKeys.twoStep, "/api/account/two-step");
}

export function passkeyListQuery() {
  return oneQuery<{ passkeys: PasskeyView[] }>(queryKeys.passkeys, "/api/account/passkeys");
}

export function connectedAccountListQuery() {
  return oneQuery<{ connectedAccounts: ConnectedAccount[] }>(
    queryKeys.connectedAccounts,
    "/api/account/connected-accounts",
  );
}

export function accountActivityQuery() {
  return oneQuery<{ events: AccountActivity[] }>(queryKeys.accountActivity, "/api/account/activity", {
    background: true,
  });
}

export function workspacePath(workspace: string): string {
  return `/api/workspaces/${encodeURIComponent(workspace)}`;
}

export function apiKeysPath(workspace: string): string {
  return `${workspacePath(workspace)}/api-keys`;
}

export function apiKeyPath(workspace: string, keyId: string): string {
  return `${apiKeysPath(workspace)}/${encodeURIComponent(keyId)}`;
}

function oneQuery<Answer>(queryKey: QueryKey, path: string, { background = false } = {}) {
  return {
    queryKey: queryKey as DataTag<QueryKey, Answer, Error>,
    queryFn: ({ signal }: { signal: AbortSignal }) => apiRequest<Answer>(path, { signal, background }),
  };
}

function pagesQuery<Page extends { nextCursor: string | null }>(
  queryKey: QueryKey,
  ask: (cursor: string | null, signal: AbortSignal) => Promise<Page>,
) {
  return {
    queryKey: queryKey as DataTag<QueryKey, InfiniteData<Page>, Error>,
    queryFn: ({ pageParam, signal }: { pageParam: string | null; signal: AbortSignal }) =>
      ask(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page) => page.nextCursor,
  };
}
