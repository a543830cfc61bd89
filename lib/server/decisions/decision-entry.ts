import { errorCodes } from "@/lib/contracts/error-codes";
import type { NewEntry } from "../access-log/entry-line";
import type { KeyFormats } from "../api-keys/key-format";
import type { Spent } from "../quotas/quota-holder";
import type { Decision, DecisionRequest, Inspection } from "./decide";
import { decodeEscapes } from "./decode-escapes";

/** What the access log holds of a decision. No key is in it, whole or escaped. */
export function decisionEntry(
  request: DecisionRequest,
  decision: Decision | Inspection,
  spent: Spent[],
  keyFormats: KeyFormats,
): NewEntry {
  const { key } = decision;
  const { path, userAgent } = request;
  return {
    kind: "decision",
    requestId: request.requestId,
    workspaceId: key === null ? null : key.workspaceId,
    keyId: key === null ? null : key.keyId,
    userId: key === null ? null : key.ownerId,
    source: request.source,
    method: request.method,
    path: path === null ? null : maskedPath(path, keyFormats),
    outcome: decision.allowed ? "allowed" : "denied",
    status: decision.allowed ? 200 : errorCodes[decision.code].status,
    code: decision.allowed ? "valid" : decision.code,
    ip: request.clientIp,
    userAgent: userAgent === null ? null : keyFormats.mask(userAgent),
    spent,
  };
}

/** A path as it was sent, unless an escaped key hides in it: then as it reads, with the key cut out. */
function maskedPath(path: string, keyFormats: KeyFormats): string {
  if (!path.includes("%")) return keyFormats.mask(path);
  const decoded = decodeEscapes(path);
  return keyFormats.mask(keyFormats.holdsKey(decoded) ? decoded : path);
}
