import type { DecisionCode, DecisionSource } from "@/lib/contracts/access-logs";
import { invalidField } from "@/lib/contracts/app-error";
import { roleMay } from "@/lib/contracts/permissions";
import { entryJson, listAccessLog } from "../logs/list-access-log";
import type { KeyRouteHandler } from "./key-request";

/** GET /api/public/v1/access-logs: what the key's owner may read of the log; sign-in attempts never (docs/http-api.md, 4.2). */
export const listAccessLogs: KeyRouteHandler<"listAccessLogs"> = async ({ url, query, actor }) => {
  // An id that a client's program lost must not mean every key (S46).
  if (url.searchParams.get("key_id") === "")
    throw invalidField("key_id", "Give the id of a key, or leave key_id out.");
  const { key_id: keyId, ...filters } = query;
  const ownerId = roleMay(actor.role, "access_log.read_all") ? null : actor.ownerId;
  const page = await listAccessLog({
    ...filters,
    keyId,
    workspaceId: actor.workspaceId,
    ownerId,
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
