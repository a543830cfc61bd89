import type { DecisionCode, DenialCode, LogSource } from "@/lib/contracts/access-logs";
import { errorCodes } from "@/lib/contracts/error-codes";
import type { KeyRecord } from "../keys/key-record";
import type { BlockUse } from "../quotas/block-account";
import type { NewEntry } from "./entry-line";

type RequestFacts = {
  requestId: string;
  source: LogSource;
  method: string | null;
  path: string | null;
  clientIp: string | null;
  userAgent: string | null;
};

type Decided =
  | { allowed: true; key: KeyRecord; wouldDeny: DenialCode | null }
  | { allowed: false; key: KeyRecord | null; code: DenialCode };

/** Builds the access log entry of a decision. */
export function decisionEntry(
  { requestId, source, method, path, clientIp, userAgent }: RequestFacts,
  decision: Decided,
  spent: BlockUse[],
): NewEntry {
  const { key } = decision;
  const code: DecisionCode = decision.allowed ? "valid" : decision.code;
  return {
    kind: "decision",
    requestId,
    workspaceId: key === null ? null : key.workspaceId,
    keyId: key === null ? null : key.keyId,
    userId: key === null ? null : key.ownerId,
    source,
    method,
    path,
    outcome: code === "valid" ? "allowed" : "denied",
    status: code === "valid" ? 200 : errorCodes[code].status,
    code,
    ip: clientIp,
    userAgent,
    spent,
    wouldDeny: decision.allowed ? decision.wouldDeny : null,
  };
}
