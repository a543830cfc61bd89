import type { DecisionCode, LogSource } from "@/lib/contracts/access-logs";
import { errorCodes } from "@/lib/contracts/error-codes";
import type { NewEntry } from "../access-log/entry-line";
import type { Spent } from "../quotas/quota-holder";
import type { KeyRecord } from "./key-record";

type Asked = {
  requestId: string;
  source: LogSource;
  method: string | null;
  path: string | null;
  clientIp: string | null;
  userAgent: string | null;
};

/** What the access log holds of a decision. */
export function decisionEntry(
  { requestId, source, method, path, clientIp, userAgent }: Asked,
  key: KeyRecord | null,
  code: DecisionCode,
  spent: Spent[],
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
