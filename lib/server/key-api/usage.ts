import { invalidField } from "@/lib/contracts/app-error";
import { roleMay } from "@/lib/contracts/permissions";
import type { PublicUsageQuery } from "@/lib/contracts/usage-query";
import { countRequests } from "../quotas/count-requests";
import type { KeyRouteHandler } from "./key-request";

const hour = 3_600_000;
/** Longest and default time range per bucket. */
const spans = {
  hour: { longest: 31 * 24 * hour, usual: 24 * hour },
  day: { longest: 400 * 24 * hour, usual: 30 * 24 * hour },
};

/** GET /api/public/v1/usage: requests by hour or day, for the keys whose log the caller can read (docs/http-api.md, 4.3). */
export const getUsage: KeyRouteHandler<"getUsage"> = async ({ url, query, actor }) => {
  // An empty id, for example from a client's bug, must not select every key (S46).
  if (url.searchParams.get("key_id") === "")
    throw invalidField("key_id", "Enter an API key id, or omit key_id.");
  const { from, to } = spanOf(query);
  return countRequests({
    workspaceId: actor.workspaceId,
    ownerId: roleMay(actor.role, "access_log.read_all") ? null : actor.ownerId,
    keyId: query.key_id ?? null,
    bucket: query.bucket,
    from,
    to,
  });
};

/** @throws AppError `invalid_request` naming `from` for an invalid or too long time range. */
function spanOf({ from, to, bucket }: PublicUsageQuery): { from: Date; to: Date } {
  const { longest, usual } = spans[bucket];
  const end = to === undefined ? Date.now() : Date.parse(to);
  const start = from === undefined ? end - usual : Date.parse(from);
  if (start > end) throw invalidField("from", "from must not be after to.");
  if (end - start > longest)
    throw invalidField("from", `With bucket=${bucket}, request at most ${longest / hour / 24} days at once.`);
  return { from: new Date(Math.max(0, start)), to: new Date(end) };
}
