import { accessLogOverviewQuery, listAccessLogQuery } from "@/lib/contracts/access-log-query";
import { listApiKeysQuery } from "@/lib/contracts/api-key-list";
import { listAuditEventsQuery } from "@/lib/contracts/audit-event-query";
import { usageQuotasQuery, usageRequestsQuery } from "@/lib/contracts/usage-query";
import { listDomains } from "../accounts/single-sign-on/manage-domains";
import { getAuditEvent, listAuditEvents } from "../audit/list-audit-events";
import { showSubscription, showSubscriptions } from "../events/show-subscriptions";
import { countKeyConcerns } from "../keys/count-key-concerns";
import { listCreatedKeys } from "../keys/created-keys";
import { getKeyActivity } from "../keys/key-activity";
import { listOpenLeaks } from "../keys/leaks";
import { getApiKey, listApiKeys } from "../keys/list-api-keys";
import { readPermissionCatalog } from "../keys/permission-catalog";
import { getRotationUse } from "../keys/rotation-use";
import { listUnmetKeys } from "../keys/unmet-keys";
import { countEntries } from "../logs/count-entries";
import { groupUsage } from "../logs/group-usage";
import { listWorkspaceLog, readWorkspaceEntry } from "../logs/list-workspace-log";
import { memberFilter } from "../logs/log-filter";
import { listVisibleQuotas } from "../quotas/list-visible-quotas";
import { listInvitations } from "../workspaces/invitations/pending-invitation";
import { listMembers } from "../workspaces/members/list-members";
import type { MemberRead } from "./with-member";

export const readApiKeyList = memberRead({
  permission: "api_key.read_own",
  apiAccess: true,
  query: listApiKeysQuery,
  read: listApiKeys,
});

export const readKeyConcerns = memberRead({
  permission: "api_key.read_own",
  apiAccess: true,
  read: countKeyConcerns,
});

export const readApiKey = memberRead({
  permission: "api_key.read_own",
  apiAccess: true,
  read: (actor, _query, { keyId = "" }) => getApiKey(actor, keyId),
});

export const readUnmetKeys = memberRead({
  permission: "workspace.key_policy",
  read: listUnmetKeys,
});

/** The permission catalog, which the operator declares. */
export const readPermissions = memberRead({
  permission: "api_key.create",
  apiAccess: true,
  read: async () => ({ permissions: (await readPermissionCatalog()).permissions }),
});

export const readCreatedKeys = memberRead({
  permission: "api_key.read_own",
  apiAccess: true,
  read: (actor, _query, { keyId = "" }) => listCreatedKeys(actor, keyId),
});

/** Leaked keys that need a decision. */
export const readOpenLeaks = memberRead({
  permission: "api_key.read_own",
  apiAccess: true,
  read: listOpenLeaks,
});

export const readApiKeyActivity = memberRead({
  permission: "access_log.read_own",
  apiAccess: true,
  read: (actor, _query, { keyId = "" }) => getKeyActivity(actor, keyId),
});

export const readRotationUse = memberRead({
  permission: "access_log.read_own",
  apiAccess: true,
  read: (actor, _query, { keyId = "" }) => getRotationUse(actor, keyId),
});

export const readAccessLog = memberRead({
  permission: "access_log.read_own",
  apiAccess: true,
  query: listAccessLogQuery,
  read: listWorkspaceLog,
});

export const readAccessLogEntry = memberRead({
  permission: "access_log.read_own",
  apiAccess: true,
  read: (actor, _query, { entry = "" }) => readWorkspaceEntry(actor, entry),
});

/** The chart and the facets above the access log. */
export const readAccessLogOverview = memberRead({
  permission: "access_log.read_own",
  apiAccess: true,
  query: accessLogOverviewQuery,
  read: async (actor, query) => {
    // The query's schema demands a range.
    const { from = "", before = "", ...filter } = await memberFilter(actor, query);
    return countEntries({ ...filter, from, before });
  },
});

export const readQuotas = memberRead({
  permission: "access_log.read_own",
  apiAccess: true,
  query: usageQuotasQuery,
  read: (actor, { key }) => listVisibleQuotas(actor, key ?? null),
});

export const readUsageRequests = memberRead({
  permission: "access_log.read_own",
  apiAccess: true,
  query: usageRequestsQuery,
  read: groupUsage,
});

/** Also while API access is off: members, API access itself and a service still cause events, which an admin must be able to stop. */
export const readSubscriptionList = memberRead({
  permission: "event_subscription.manage",
  read: async (actor) => ({ subscriptions: await showSubscriptions(actor) }),
});

export const readSubscription = memberRead({
  permission: "event_subscription.manage",
  read: (actor, _query, { subscriptionId = "" }) => showSubscription(actor, subscriptionId),
});

export const readAuditEvents = memberRead({
  permission: "audit_log.read",
  query: listAuditEventsQuery,
  read: listAuditEvents,
});

export const readAuditEvent = memberRead({
  permission: "audit_log.read",
  read: (actor, _query, { eventId = "" }) => getAuditEvent(actor, eventId),
});

export const readMemberList = memberRead({
  permission: "member.list",
  read: async (actor) => ({ members: await listMembers(actor) }),
});

export const readInvitationList = memberRead({
  permission: "member.manage",
  read: async (actor) => ({ invitations: await listInvitations(actor) }),
});

export const readDomainList = memberRead({
  permission: "workspace.single_sign_on",
  read: ({ workspaceId }) => listDomains(workspaceId),
});

function memberRead<Query, Answer>(read: MemberRead<Query, Answer>): MemberRead<Query, Answer> {
  return read;
}
