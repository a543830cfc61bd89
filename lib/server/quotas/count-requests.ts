import type { UsageAnswer } from "@/lib/contracts/http-api/access-logs";
import type { RequestCounts } from "@/lib/contracts/quotas";
import { runtime } from "../runtime";

export type RequestFilter = {
  workspaceId: string;
  /** Only keys of this owner. Null: the whole workspace. */
  ownerId: string | null;
  keyId: string | null;
  bucket: "hour" | "day";
  /** All UTC buckets from the one containing `from` to the one containing `to`. Null: now, by the database's clock. */
  from: Date;
  to: Date | null;
};

/** Counts decisions by hour or day from the summary tables, never from the log itself. Includes empty buckets. */
export async function countRequests(filter: RequestFilter): Promise<UsageAnswer> {
  await runtime().engine.accessLog.settled();
  const { rows } = await runtime().pool.query<{ start: Date } & RequestCounts>(
    `SELECT b.start, coalesce(sum(u.allowed), 0)::bigint AS allowed, coalesce(sum(u.denied), 0)::bigint AS denied
     FROM generate_series(date_trunc($1, $2::timestamptz, 'UTC'), date_trunc($1, coalesce($3::timestamptz, clock_timestamp()), 'UTC'),
       $7::interval) AS b (start)
     LEFT JOIN access_log.hourly_uses u ON u.workspace_id = $4 AND u.hour >= b.start AND u.hour < b.start + $7::interval
       AND ($5::text IS NULL OR u.key_id = $5)
       AND ($6::text IS NULL OR u.key_id IN (SELECT id FROM api_keys WHERE workspace_id = $4 AND owner_id = $6))
     GROUP BY b.start ORDER BY b.start`,
    // A UTC day always has 24 hours, whatever the session's time zone.
    [
      filter.bucket,
      filter.from,
      filter.to,
      filter.workspaceId,
      filter.keyId,
      filter.ownerId,
      filter.bucket === "day" ? "24 hours" : "1 hour",
    ],
  );
  const buckets = rows.map(({ start, allowed, denied }) => ({ start: start.toISOString(), allowed, denied }));
  const sum = (name: keyof RequestCounts) => rows.reduce((total, row) => total + row[name], 0);
  return { buckets, total: { allowed: sum("allowed"), denied: sum("denied") } };
}
