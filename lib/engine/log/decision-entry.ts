import type { DecisionCode, LogSource } from "@/lib/contracts/access-logs";
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

/** Builds the access log entry of a decision. */
export function decisionEntry(
  { requestId, source, method, path, clientIp, userAgent }: RequestFacts,
  key: KeyRecord | null,
  code: DecisionCode,
  spent: BlockUse[],
): NewEntry {
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
  };
}
