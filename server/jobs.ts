import path from "node:path";
import { adoptSpools } from "@/lib/engine/postgres/adopt-spools";
import { PostgresKeys } from "@/lib/engine/postgres/key-store";
import { ensurePartitions } from "@/lib/engine/postgres/log-partitions";
import { deleteOldIdempotencyRecords } from "@/lib/server/keys/idempotent-creation";
import { deleteOldRefusedSignIns } from "@/lib/server/logs/count-refused-sign-in";
import { deliverMail } from "@/lib/server/mail/deliver-mail";
import { deleteOldUsage, settleDeadHolders } from "@/lib/server/quotas/quota-upkeep";
import type { Runtime } from "@/lib/server/runtime";
import { deleteOldChallenges } from "@/lib/server/second-factors/challenge";
import { forgetOldDevices } from "@/lib/server/sessions/known-device";
import { deleteDeadLinks } from "@/lib/server/sessions/mailed-link";
import { deleteEndedSessions } from "@/lib/server/sessions/session-store";
import { type Job, startUpkeep } from "./upkeep";

const minute = 60_000;
const hour = 60 * minute;

/** What runs by the clock in every instance. Each job is safe to run in several at once, and none is needed to answer requests. */
export function startJobs(server: Runtime): () => void {
  const { pool, env, engine } = server;
  const spools: Job[] = [
    {
      what: "copying what writers left behind",
      everyMs: minute / 6,
      run: () => adoptSpools(pool, path.join(env.dataDir, "spool"), engine.accessLog.writerId, server.log),
    },
  ];
  const memory: Job[] = [
    {
      what: "loading key formats",
      everyMs: minute / 6,
      run: async () => engine.keyFormats.replace(await new PostgresKeys(pool).loadFormats(env.apiKeyPrefix)),
    },
    {
      what: "sweeping limits",
      everyMs: minute,
      run: async () => {
        engine.rateLimiter.sweep(performance.now());
        engine.failureLimiter.sweep(performance.now());
        await engine.limitSharing.forgetIdle();
      },
    },
  ];
  const mail: Job[] = [{ what: "delivering mail", everyMs: minute / 60, run: deliverMail }];
  // One connection is always left to decisions.
  return startUpkeep(
    [tableJobs(server), spools, memory, mail],
    clamp(pool.options.max - 1, 1, 4),
    server.log,
  );
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function tableJobs({ pool, env }: Runtime): Job[] {
  return [
    { what: "making partitions", everyMs: 10 * minute, run: () => ensurePartitions(pool) },
    {
      what: "settling quotas of processes that are gone",
      everyMs: minute / 6,
      run: settleDeadHolders,
    },
    {
      what: "dropping old partitions",
      everyMs: hour,
      run: () => pool.query("SELECT access_log.drop_partitions($1)", [env.accessLogRetentionDays]),
    },
    { what: "deleting old refused sign-ins", everyMs: hour, run: deleteOldRefusedSignIns },
    { what: "deleting ended sessions", everyMs: hour, run: deleteEndedSessions },
    { what: "deleting dead links", everyMs: hour, run: deleteDeadLinks },
    { what: "deleting old passkey challenges", everyMs: 10 * minute, run: deleteOldChallenges },
    { what: "forgetting old devices", everyMs: hour, run: forgetOldDevices },
    { what: "deleting idempotency records", everyMs: hour, run: deleteOldIdempotencyRecords },
    {
      what: "deleting sign-in counts",
      everyMs: hour,
      run: () => pool.query("DELETE FROM sign_in_throttles WHERE expire < $1", [Date.now()]),
    },
    {
      // Until then the log says that it may lack entries of this writer.
      what: "closing writers that are gone",
      everyMs: hour,
      run: () =>
        pool.query(
          "UPDATE access_log.writers SET closed_at = clock_timestamp() WHERE closed_at IS NULL AND renewed_at < clock_timestamp() - interval '7 days'",
        ),
    },
    {
      // Another instance may have copied a last use at the moment in which its key was deleted.
      what: "forgetting last uses of deleted keys",
      everyMs: hour,
      run: () =>
        pool.query(
          "DELETE FROM access_log.last_uses l WHERE NOT EXISTS (SELECT FROM api_keys k WHERE k.id = l.key_id)",
        ),
    },
    {
      // Kept as long as the log itself: without its writer's watermark a spool that turns up later would be copied anew.
      what: "deleting closed writers",
      everyMs: hour,
      run: () =>
        pool.query(
          "DELETE FROM access_log.writers WHERE closed_at < clock_timestamp() - make_interval(days => $1)",
          [env.accessLogRetentionDays],
        ),
    },
    { what: "deleting old usage", everyMs: hour, run: deleteOldUsage },
  ];
}
