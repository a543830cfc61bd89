import { type AuditAction, auditActions } from "@/lib/contracts/audit-actions";

/** An action as a list of choices names it: "Disabled the API key". */
export function auditActionLabel(action: AuditAction): string {
  const sentence = auditActions[action].replace(/ (?:of|for|to|from|in)$/, "");
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** What was done, before the name it was done to. An action this page does not know yet is named by its code. */
export function auditVerb(action: string): string {
  return (auditActions as Record<string, string | undefined>)[action] ?? action;
}
