import type { AuditEvent } from "@/lib/contracts/audit-events";
import { auditVerb } from "./audit-words";

/** "Ada disabled the API key *blog ingest*". */
export function AuditSentence({ event: { actor, action, target } }: { event: AuditEvent }) {
  return (
    <span className="break-words">
      <span className="font-medium">{actor.name}</span>
      {actor.type === "key" && <span className="text-muted"> (an API key)</span>} {auditVerb(action)}{" "}
      <em className="font-medium not-italic">{target.name}</em>
    </span>
  );
}
