import { type AuditAction, auditActions } from "@/lib/contracts/audit-actions";

/** The label of an action in a list, such as "Disabled the API key". */
export function auditActionLabel(action: AuditAction): string {
  const sentence = auditActions[action].replace(/ (?:of|for|to|from|in)$/, "");
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** The words before the target's name, such as "disabled the API key". A newer server may send unknown actions: these keep their code. */
export function auditVerb(action: string): string {
  return (auditActions as Record<string, string | undefined>)[action] ?? action;
}
