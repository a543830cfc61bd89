import type { DecisionCode, DecisionSource } from "@/lib/contracts/access-logs";
import { invalidField } from "@/lib/contracts/app-error";
import { roleMay } from "@/lib/contracts/permissions";
import { entryJson, listAccessLog } from "../logs/list-access-log";
import type { KeyRouteHandler } from "./key-request";

/**
 * GET /api/public/v1/access-logs: the part of the log that the key's owner can read, without sign-in attempts
 * (docs/http-api.md, 4.2).
 */
export const listAccessLogs: KeyRouteHandler<"listAccessLogs"> = async ({ url, query, actor }) => {
  // An empty id, for example from a client's bug, must not select every key (S46).
  if (url.searchParams.get("key_id") === "")
    throw invalidField("key_id", "Enter an API key id, or omit key_id.");
  const { key_id: keyId, code, ip, ...filters } = query;
  const only = <Value extends string>(value: Value | undefined) => value && { is: [value], not: [] };
  const page = await listAccessLog({
    ...filters,
    view: "keys",
    key: only(keyId),
    code: only(code),
    ip: only(ip),
    workspaceId: actor.workspaceId,
    ownerId: roleMay(actor.role, "access_log.read_all") ? null : actor.ownerId,
    signInsOf: [],
  });
  return {
    entries: page.entries.map((entry) => ({
      ...entryJson(entry),
      // Sign-in attempts, which have other codes and another source, are not listed here.
      code: entry.code as DecisionCode,
      source: entry.source as DecisionSource,
    })),
    next_cursor: page.nextCursor,
    complete_up_to: page.completeUpTo.toISOString(),
  };
};
