import path from "node:path";
import { adoptSpools } from "@/lib/engine/postgres/adopt-spools";
import { PostgresKeys } from "@/lib/engine/postgres/key-store";
import { ensurePartitions } from "@/lib/engine/postgres/log-partitions";
import { sealAuditEvents } from "@/lib/server/chains/seal-audit-events";
import { writeCheckpoints } from "@/lib/server/chains/write-checkpoints";
import { tellEncryptionKeys } from "@/lib/server/encryption-keys/instance-keys";
import { deleteOldEvents } from "@/lib/server/events/delete-old-events";
import { tellOfExpiredKeys } from "@/lib/server/events/tell-of-expiry";
import { deleteOldReminders, remindOfExpiry } from "@/lib/server/keys/expiry-reminders";
import { deleteOldIdempotencyRecords } from "@/lib/server/keys/idempotent-creation";
import { revokeReportedKeys } from "@/lib/server/keys/leak-reports";
import { mailNewCallers } from "@/lib/server/keys/mail-new-callers";
import { enforceDueLimits } from "@/lib/server/keys/report-only";
import { deleteOldRefusedSignIns } from "@/lib/server/logs/count-refused-sign-in";
import { deliverMail } from "@/lib/server/mail/deliver-mail";
import { isWaitingForExport } from "@/lib/server/otlp/export-state";
import { deleteOldUsage, settleDeadHolders } from "@/lib/server/quotas/quota-upkeep";
import type { Runtime } from "@/lib/server/runtime";
import { deleteOldChallenges } from "@/lib/server/second-factors/challenge";
import { deleteOldDevices } from "@/lib/server/sessions/known-device";
import { deleteExpiredLinks } from "@/lib/server/sessions/mailed-link";
import { deleteEndedSessions } from "@/lib/server/sessions/session-store";
import { type Job, startUpkeep } from "./upkeep";

const minute = 60_000;
const hour = 60 * minute;

/** Starts the periodic jobs of an instance. All are safe to run in several instances at once, and no request depends on them. */
export function startJobs(server: Runtime): () => void {
  const { pool, env, engine, chainKeys } = server;
  const spools: Job[] = [
    {
      name: "copying the log entries of dead writers",
      everyMs: minute / 6,
      run: () =>
        adoptSpools(
          pool,
          path.join(env.dataDir, "spool"),
          engine.accessLog.writerId,
          server.log,
          chainKeys?.access_log ?? null,
          server.otlp ? isWaitingForExport : undefined,
        ),
    },
  ];
  const quick: Job[] = [
    { name: "sealing audit events", everyMs: minute / 120, run: sealAuditEvents },
    {
      name: "loading key formats",
      everyMs: minute / 6,
      run: async () => engine.keyFormats.replace(await new PostgresKeys(pool).loadFormats(env.apiKeyPrefix)),
    },
    {
      name: "sweeping limits",
      everyMs: minute,
      run: async () => {
        engine.rateLimiter.sweep(performance.now());
        engine.reportedUses.sweep(performance.now());
        engine.failureLimiter.sweep(performance.now());
        await engine.limitSharing.forgetIdle();
      },
    },
  ];
  const mail: Job[] = [{ name: "delivering mail", everyMs: minute / 60, run: deliverMail }];
  // Always leave one connection for decisions.
  return startUpkeep([tableJobs(server), spools, quick, mail], clamp(pool.options.max - 1, 1, 4), server.log);
}

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(Math.max(value, minimum), maximum);
}

function tableJobs(server: Runtime): Job[] {
  const { pool, env } = server;
  return [
    // Before the others, so that `secrets rotate` doesn't wait for them.
    {
      name: "recording this instance's encryption keys",
      everyMs: minute / 6,
      run: () => tellEncryptionKeys(server),
    },
    {
      name: "recording uses of service tokens",
      everyMs: minute,
      run: () => server.serviceTokenUses.store(pool),
    },
    { name: "creating partitions", everyMs: 10 * minute, run: () => ensurePartitions(pool) },
    {
      name: "reclaiming quotas of dead processes",
      everyMs: minute / 6,
      run: settleDeadHolders,
    },
    {
      name: "dropping old partitions",
      everyMs: hour,
      run: () => pool.query("SELECT access_log.drop_partitions($1)", [env.accessLogRetentionDays]),
    },
    {
      // An instance revokes what is reported to it at once. This is for reports that failed, or whose instance died.
      name: "revoking leaked keys",
      everyMs: minute / 6,
      run: revokeReportedKeys,
    },
    { name: "deleting old refused sign-ins", everyMs: hour, run: deleteOldRefusedSignIns },
    { name: "deleting ended sessions", everyMs: hour, run: deleteEndedSessions },
    { name: "deleting expired links", everyMs: hour, run: deleteExpiredLinks },
    { name: "deleting old passkey challenges", everyMs: 10 * minute, run: deleteOldChallenges },
    { name: "deleting old devices", everyMs: hour, run: deleteOldDevices },
    { name: "reminding of keys that expire", everyMs: minute, run: () => remindOfExpiry() },
    { name: "mailing new callers", everyMs: minute, run: () => mailNewCallers() },
    { name: "telling of keys that expired", everyMs: minute / 12, run: () => tellOfExpiredKeys() },
    { name: "deleting old reminders", everyMs: hour, run: deleteOldReminders },
    { name: "deleting idempotency records", everyMs: hour, run: deleteOldIdempotencyRecords },
    {
      name: "deleting sign-in counts",
      everyMs: hour,
      run: () => pool.query("DELETE FROM sign_in_throttles WHERE expire < $1", [Date.now()]),
    },
    {
      // Until then, the watermark says that the log may lack entries of this writer.
      name: "closing dead writers",
      everyMs: hour,
      run: () =>
        pool.query(
          "UPDATE access_log.writers SET closed_at = clock_timestamp() WHERE closed_at IS NULL AND renewed_at < clock_timestamp() - interval '7 days'",
        ),
    },
    {
      // As long as the log itself. Another instance may have counted for a key while it was being deleted. Locked rows are left:
      // they are being counted, and waiting for them in another order than drains lock rows could deadlock.
      name: "deleting callers that weren't seen any more",
      everyMs: hour,
      run: () =>
        pool.query(
          `DELETE FROM access_log.callers WHERE ctid = ANY (ARRAY(
             SELECT c.ctid FROM access_log.callers c WHERE last_at < clock_timestamp() - make_interval(days => $1)
               OR NOT EXISTS (SELECT FROM api_keys k WHERE k.id = c.key_id) FOR UPDATE OF c SKIP LOCKED))`,
          [env.accessLogRetentionDays],
        ),
    },
    {
      // Another instance may have recorded a last use while its key was being deleted.
      name: "deleting last uses of deleted keys",
      everyMs: hour,
      run: () =>
        pool.query(
          "DELETE FROM access_log.last_uses l WHERE NOT EXISTS (SELECT FROM api_keys k WHERE k.id = l.key_id)",
        ),
    },
    {
      // Keep watermarks and seals as long as the log itself. Its last day may remain until it's over. Without its watermark, a spool that reappears would be copied again.
      name: "deleting closed writers",
      everyMs: hour,
      run: () =>
        pool.query(
          `WITH gone AS (
             DELETE FROM access_log.writers WHERE closed_at < clock_timestamp() - make_interval(days => $1 + 2) RETURNING id)
           DELETE FROM access_log.seals s USING gone WHERE s.writer = gone.id`,
          [env.accessLogRetentionDays],
        ),
    },
    { name: "writing checkpoints of the logs", everyMs: 5 * minute, run: writeCheckpoints },
    { name: "enforcing report-only limits whose date has come", everyMs: minute / 6, run: enforceDueLimits },
    { name: "deleting old usage", everyMs: hour, run: deleteOldUsage },
    { name: "deleting old events", everyMs: hour, run: deleteOldEvents },
  ];
}
