import { accountActions } from "./account-actions";

/**
 * Every audit action with its verb phrase, by the groups in which filters offer them. The audit log reads "<actor> <phrase> <target>".
 * `workspace` is false if the events belong to no workspace: only the operator sees them.
 */
export const auditGroups = {
  keys: {
    label: "API keys",
    workspace: true,
    actions: {
      "api_key.created": "created the API key",
      "api_key.renamed": "renamed the API key",
      "api_key.updated": "changed the API key",
      "api_key.expiry_changed": "changed the expiry of the API key",
      "api_key.disabled": "disabled the API key",
      "api_key.enabled": "enabled the API key",
      "api_key.revoked": "revoked the API key",
      "api_key.rotated": "rotated the API key",
      "api_key.rotation_moved": "changed the overlap of the API key",
      "api_key.rotation_canceled": "canceled the rotation of the API key",
      "api_key.transferred": "transferred the API key",
      "api_key.manage_granted": "allowed managing API keys for",
      "api_key.manage_withdrawn": "stopped allowing managing API keys for",
      "api_key.exposed": "received a report that this API key leaked, and revoked it:",
      "api_key.leak_settled": "dealt with the leak of the API key",
      "workspace.keys_imported": "imported API keys into",
      "workspace.key_policy_changed": "changed the key policy of",
    },
  },
  members: {
    label: "Members",
    workspace: true,
    actions: {
      "member.added": "added the member",
      "member.joined": "accepted the invitation to",
      "member.joined_by_sso": "joined by single sign-on",
      "member.service_added": "added the service member",
      "member.renamed": "renamed the service member",
      "member.contact_changed": "changed the contact address of the service member",
      "member.role_changed": "changed the role of",
      "member.suspended": "suspended",
      "member.reinstated": "reinstated",
      "member.removed": "removed the member",
      "member.left": "left the workspace",
      "invitation.sent": "invited",
      "invitation.resent": "resent the invitation to",
      "invitation.withdrawn": "withdrew the invitation for",
    },
  },
  security: {
    label: "Sign-in and security",
    workspace: true,
    actions: {
      "workspace.two_step_required": "required two-step verification in",
      "workspace.two_step_optional": "stopped requiring two-step verification in",
      "workspace.sso_required": "required single sign-on in",
      "workspace.sso_optional": "stopped requiring single sign-on in",
      "workspace.sso_role_changed": "changed the default single sign-on role in",
      "workspace.domain_added": "added an email domain to",
      "workspace.domain_verified": "verified an email domain of",
      "workspace.domain_removed": "removed an email domain from",
    },
  },
  workspace: {
    label: "Workspace",
    workspace: true,
    actions: {
      "workspace.created": "created the workspace",
      "workspace.updated": "changed the workspace",
      "workspace.api_access_enabled": "turned on API access for",
      "workspace.api_access_disabled": "turned off API access for",
      "workspace.quotas_changed": "changed the quotas of",
      "workspace.deleted": "deleted the workspace",
    },
  },
  event_subscriptions: {
    label: "Event subscriptions",
    workspace: true,
    actions: {
      "event_subscription.created": "created the event subscription",
      "event_subscription.updated": "changed the event subscription",
      "event_subscription.secret_changed": "changed the signing secret of the event subscription",
      "event_subscription.paused": "paused the event subscription",
      "event_subscription.resumed": "resumed the event subscription",
      "event_subscription.replayed": "sent earlier events again to the event subscription",
      "event_subscription.deleted": "deleted the event subscription",
    },
  },
  accounts: { label: "Accounts", workspace: false, actions: accountActions },
  server: {
    label: "Server",
    workspace: false,
    actions: {
      "permission_catalog.replaced": "replaced the permissions that keys can have:",
      "database.restored": "restored a backup of",
    },
  },
} as const satisfies Record<
  string,
  { label: string; workspace: boolean; actions: Readonly<Record<string, string>> }
>;

type Groups = typeof auditGroups;
export type AuditGroup = keyof Groups;
export type AuditAction = { [Group in AuditGroup]: keyof Groups[Group]["actions"] & string }[AuditGroup];

export const auditGroupNames = Object.keys(auditGroups) as AuditGroup[];

export function actionsOf(group: AuditGroup): AuditAction[] {
  return Object.keys(auditGroups[group].actions) as AuditAction[];
}

export const auditActions = Object.assign(
  {},
  ...Object.values(auditGroups).map(({ actions }) => actions),
) as Readonly<Record<AuditAction, string>>;
export const auditActionNames = Object.keys(auditActions) as AuditAction[];
