import type { z } from "zod";
import type { publicStreamQuery } from "@/lib/contracts/access-log-query";
import type { DecisionCode, DecisionSource } from "@/lib/contracts/access-logs";
import { invalidField } from "@/lib/contracts/app-error";
import { roleMay } from "@/lib/contracts/permissions";
import { exportLog } from "../logs/export-log";
import { entryJson, listAccessLog } from "../logs/list-access-log";
import type { LogFilter } from "../logs/log-filter";
import { streamLog } from "../logs/stream-log";
import type { KeyRequest, KeyRouteHandler } from "./key-request";

/**
 * GET /api/public/v1/access-logs: the part of the log that the key's owner can read, without sign-in attempts
 * (docs/http-api.md, 4.2).
 */
export const listAccessLogs: KeyRouteHandler<"listAccessLogs"> = async (request) => {
  const { cursor, limit } = request.query;
  const page = await listAccessLog({ ...filterOf(request), cursor, limit });
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

/** GET /api/public/v1/access-logs/export: the same entries as a file (docs/http-api.md, 4.2). */
export const exportAccessLogs: KeyRouteHandler<"exportAccessLogs"> = async (request) =>
  exportLog(request.actor.workspaceId, filterOf(request), request.query.format, request.isStillAllowed);

/** GET /api/public/v1/access-logs/stream: the same entries as they come (docs/http-api.md, 4.2). */
export const streamAccessLogs: KeyRouteHandler<"streamAccessLogs"> = async (incoming) =>
  streamLog({
    workspaceId: incoming.actor.workspaceId,
    filter: filterOf(incoming),
    lastEventId: incoming.request.headers.get("last-event-id"),
    mayRead: incoming.isStillAllowed,
    toJson: async (entries) => entries.map(entryJson),
  });

type Filters = Pick<z.output<typeof publicStreamQuery>, "key_id" | "outcome" | "code" | "ip" | "from" | "to">;

function filterOf({ url, query, actor }: Pick<KeyRequest, "url" | "actor"> & { query: Filters }): LogFilter {
  // An empty id, for example from a client's bug, must not select every key (S46).
  if (url.searchParams.get("key_id") === "")
    throw invalidField("key_id", "Enter an API key id, or omit key_id.");
  const only = <Value extends string>(value: Value | undefined) => value && { is: [value], not: [] };
  return {
    outcome: query.outcome,
    from: query.from,
    to: query.to,
    view: "keys",
    key: only(query.key_id),
    code: only(query.code),
    ip: only(query.ip),
    workspaceId: actor.workspaceId,
    ownerId: roleMay(actor.role, "access_log.read_all") ? null : actor.ownerId,
    signInsOf: [],
  };
}
