import type { DecisionCode, LogSource } from "@/lib/contracts/access-logs";
import { errorCodes } from "@/lib/contracts/error-codes";
import type { NewEntry } from "../access-log/entry-line";
import type { KeyFormats } from "../api-keys/key-format";
import type { Spent } from "../quotas/quota-holder";
import { decodeEscapes } from "./decode-escapes";
import type { KeyRecord } from "./key-record";

type Asked = {
  requestId: string;
  source: LogSource;
  method: string | null;
  path: string | null;
  clientIp: string | null;
  userAgent: string | null;
};

/** What the access log holds of a decision. No key is in it, whole or escaped. */
export function decisionEntry(
  { requestId, source, method, path, clientIp, userAgent }: Asked,
  key: KeyRecord | null,
  code: DecisionCode,
  spent: Spent[],
  keyFormats: KeyFormats,
): NewEntry {
  return {
    kind: "decision",
    requestId,
    workspaceId: key === null ? null : key.workspaceId,
    keyId: key === null ? null : key.keyId,
    userId: key === null ? null : key.ownerId,
    source,
    method,
    path: path === null ? null : maskedPath(path, keyFormats),
    outcome: code === "valid" ? "allowed" : "denied",
    status: code === "valid" ? 200 : errorCodes[code].status,
    code,
    ip: clientIp,
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
