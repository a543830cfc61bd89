import type { AuditAction } from "@/lib/contracts/audit-actions";

type Change = { label: string; before: string; after: string };

/** Changes that the action alone tells: it is recorded only if the value was the other one before. */
export const impliedChanges: Partial<Record<AuditAction, Change>> = {
  "workspace.api_access_enabled": turned("API access", "Off", "On"),
  "workspace.api_access_disabled": turned("API access", "On", "Off"),
  "workspace.two_step_required": turned("Two-step verification", "Optional", "Required"),
  "workspace.two_step_optional": turned("Two-step verification", "Required", "Optional"),
  "workspace.sso_required": turned("Single sign-on", "Optional", "Required"),
  "workspace.sso_optional": turned("Single sign-on", "Required", "Optional"),
  "workspace.domain_verified": turned("Domain", "Not verified", "Verified"),
  "member.suspended": turned("Status", "Active", "Suspended"),
  "member.reinstated": turned("Status", "Suspended", "Active"),
  "api_key.disabled": turned("Disabled", "No", "Yes"),
  "api_key.enabled": turned("Disabled", "Yes", "No"),
  "api_key.revoked": turned("Revoked", "No", "Yes"),
  "api_key.exposed": turned("Revoked", "No", "Yes"),
  "api_key.manage_granted": turned("Can manage keys", "No", "Yes"),
  "api_key.manage_withdrawn": turned("Can manage keys", "Yes", "No"),
  "event_subscription.paused": turned("Status", "Active", "Paused"),
  "event_subscription.resumed": turned("Status", "Paused", "Active"),
};

function turned(label: string, before: string, after: string): Change {
  return { label, before, after };
}
