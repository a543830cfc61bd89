import type { PreviewLimitsInput } from "@/lib/contracts/api-key-input";
import type { ApiKeyCaller, LimitsPreview } from "@/lib/contracts/api-keys";
import { AppError } from "@/lib/contracts/app-error";
import { addressMatches } from "@/lib/engine/request/client-address";
import type { MemberActor } from "../actor";
import { Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { requireVisibleKey } from "./key-access";
import { readRateLimitOf } from "./rate-limit-of";

const days = 7;
/** How many of the latest requests are looked at. The second number is for a database that is too slow for the first. */
const mostRequests = [100_000, 5_000];
const statementTimeoutMs = 3_000;
const shownCallers = 20;

/**
 * Which of a key's allowed requests of the last 7 days stricter limits would have refused, from the access log. The number that a
 * rate limit would have refused is an estimate: it counts whole minutes, and a limit counts any 60 seconds.
 * @throws AppError `not_found`; `unavailable` if the log is too slow to read
 */
export async function previewLimits(
  actor: MemberActor,
  keyId: string,
  input: PreviewLimitsInput,
): Promise<LimitsPreview> {
  const key = await requireVisibleKey(db(), actor, keyId);
  await runtime().engine.accessLog.settled();
  const limitOf = await readRateLimitOf(db(), actor.workspaceId);
  const { allowedIps = [], rateLimitPerMinute } = input;
  const limit = rateLimitPerMinute === undefined ? null : limitOf(rateLimitPerMinute);
  const isStricter = limit !== null && limit < limitOf(key.rateLimitPerMinute);
  return readWithin(mostRequests, (most) => preview(keyId, allowedIps, isStricter ? limit : null, most));
}

/** Tries again with fewer requests if the database takes too long. */
async function readWithin<Answer>(
  [most, ...fewer]: number[],
  read: (most: number) => Promise<Answer>,
): Promise<Answer> {
  if (most === undefined)
    throw new AppError("unavailable", "The access log is too busy to try this now. Try again in a minute.");
  try {
    return await read(most);
  } catch (error) {
    if (!isTimeout(error)) throw error;
    return readWithin(fewer, read);
  }
}

async function preview(
  keyId: string,
  allowedIps: string[],
  limit: number | null,
  most: number,
): Promise<LimitsPreview> {
  const recent = Prisma.sql`
    SELECT at, writer, seq, source, ip, user_agent FROM access_log.entries
    WHERE key_id = ${keyId} AND outcome = 'allowed' AND at > clock_timestamp() - make_interval(days => ${days})
    ORDER BY at DESC, writer DESC, seq DESC LIMIT ${most}`;
  return db().$transaction(async (transaction) => {
    await transaction.$executeRawUnsafe(`SET LOCAL statement_timeout = ${statementTimeoutMs}`);
    const outside = allowedIps.length === 0 ? [] : await findOutside(transaction, recent, allowedIps);
    const isOutside =
      allowedIps.length === 0 ? Prisma.sql`false` : Prisma.sql`ip IS NULL OR ip = ANY(${outside}::inet[])`;
    // Introspection uses nothing of a limit, and neither does what the addresses refuse.
    const rows = await transaction.$queryRaw<Row[]>`
      WITH judged AS (
        SELECT at, source, ip, user_agent, (${isOutside}) AS outside FROM (${recent}) AS recent
      ), counted AS (
        SELECT *, ${limit}::int IS NOT NULL AND NOT outside AND source <> 'introspection' AND row_number()
          OVER (PARTITION BY date_trunc('minute', at), outside OR source = 'introspection' ORDER BY at) > ${limit}::int AS over
        FROM judged
      ), refused AS (
        SELECT host(ip) AS ip, left(user_agent, 200) AS user_agent, count(*)::int AS calls, max(at) AS last_at
        FROM counted WHERE outside OR over GROUP BY 1, 2
      )
      SELECT total.*, (SELECT count(*)::int FROM refused) AS "callerCount", refused.ip, refused.user_agent AS "userAgent",
        refused.calls, refused.last_at AS "lastAt"
      FROM (SELECT count(*)::int AS requests, min(at) AS since, count(*) FILTER (WHERE outside OR over)::int AS refused,
          count(*) FILTER (WHERE over)::int AS "overLimit" FROM counted) AS total
        LEFT JOIN refused ON true
      ORDER BY refused.calls DESC, refused.last_at DESC LIMIT ${shownCallers}`;
    return previewOf(rows, most);
  });
}

type Row = Omit<LimitsPreview, "callers" | "since" | "days" | "isEstimate"> & {
  since: Date | null;
  overLimit: number;
  calls: number | null;
  lastAt: Date;
} & Pick<ApiKeyCaller, "ip" | "userAgent">;

function previewOf(rows: Row[], most: number): LimitsPreview {
  const { requests, refused, overLimit, callerCount, since } = rows[0] as Row;
  return {
    days,
    requests,
    refused,
    isEstimate: overLimit > 0,
    since: requests === most ? (since?.toISOString() ?? null) : null,
    callerCount,
    callers: rows.flatMap(({ calls, ip, userAgent, lastAt }) =>
      calls === null ? [] : { ip, userAgent, calls, lastAt: lastAt.toISOString() },
    ),
  };
}

/** The addresses among these requests that are not on a list, judged as a decision judges them. */
async function findOutside(
  transaction: Prisma.TransactionClient,
  recent: Prisma.Sql,
  allowedIps: string[],
): Promise<string[]> {
  const rows = await transaction.$queryRaw<{ ip: string }[]>`
    SELECT DISTINCT host(ip) AS ip FROM (${recent}) AS recent WHERE ip IS NOT NULL`;
  return rows.flatMap(({ ip }) => (allowedIps.some((block) => addressMatches(ip, block)) ? [] : ip));
}

/** query_canceled: PostgreSQL ended the statement. */
function isTimeout(error: unknown): boolean {
  return JSON.stringify((error as { meta?: unknown }).meta ?? "").includes("57014");
}
