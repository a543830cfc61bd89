/** Everything an audit event can say happened. The sentence is read as "<actor> <sentence> <target>". */
export const auditActions = {
  "workspace.created": "created the workspace",
  "workspace.updated": "changed the workspace",
  "workspace.api_access_enabled": "switched API access on for",
  "workspace.api_access_disabled": "switched API access off for",
  "member.added": "added the member",
  "api_key.created": "created the API key",
  "api_key.manage_granted": "gave the right to manage API keys to",
  "api_key.renamed": "renamed the API key",
  "api_key.expiry_changed": "moved the expiry of the API key",
  "api_key.disabled": "disabled the API key",
  "api_key.enabled": "enabled the API key",
  "api_key.revoked": "revoked the API key",
  "account.created": "created the account",
  "account.renamed": "renamed the account",
  "account.password_changed": "changed the password of",
  "session.revoked": "signed out a session of",
} as const satisfies Record<string, string>;

export type AuditAction = keyof typeof auditActions;
export const auditActionNames = Object.keys(auditActions) as AuditAction[];
