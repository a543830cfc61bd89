import { type AuditAction, auditActions } from "@/lib/contracts/audit-actions";
import { actionLabel } from "./action-label";

export function auditActionLabel(action: AuditAction): string {
  return actionLabel(auditActions[action]);
}

/** The words before the target's name, such as "disabled the API key". A newer server may send unknown actions: these keep their code. */
export function auditVerb(action: string): string {
  return (auditActions as Record<string, string | undefined>)[action] ?? action;
}
