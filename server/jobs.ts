import path from "node:path";
import { adoptSpools } from "@/lib/server/access-log/adopt-spools";
import { deleteOldRefusedSignIns } from "@/lib/server/access-log/count-refused-sign-in";
import { deleteOldIdempotencyRecords } from "@/lib/server/api-keys/idempotent-creation";
import { loadKeyFormats } from "@/lib/server/api-keys/key-format";
import { deliverMail } from "@/lib/server/mail/deliver-mail";
import { deleteDeadLinks } from "@/lib/server/mailed-links/mailed-link";
import { deleteOldChallenges } from "@/lib/server/passkeys/challenge";
import { deleteOldUsage, settleDeadHolders } from "@/lib/server/quotas/quota-upkeep";
import type { Runtime } from "@/lib/server/runtime";
import { forgetOldDevices } from "@/lib/server/sessions/known-device";
import { deleteEndedSessions } from "@/lib/server/sessions/session-store";

const minute = 60_000;

/** What runs by the clock in every instance. Each job is safe to run in several at once, and may fail until its next turn. */
export async function startJobs(server: Runtime): Promise<() => void> {
  const { pool, env } = server;
  let stopped = false;
  const adopt = () =>
    adoptSpools(pool, path.join(env.dataDir, "spool"), server.accessLog.writerId, server.log);
  const makePartitions = () => pool.query("SELECT access_log.ensure_partitions(7)");
  // Decisions cannot be logged without today's partition, so the first turn is waited for.
  await makePartitions();
  await adopt();
  const timers = [
    every(10 * minute, "making partitions", makePartitions),
    every(minute / 6, "copying what writers left behind", adopt),
    every(60 * minute, "dropping old partitions", () =>
      pool.query("SELECT access_log.drop_partitions($1)", [env.accessLogRetentionDays]),
    ),
    every(60 * minute, "deleting old refused sign-ins", deleteOldRefusedSignIns),
    every(60 * minute, "deleting ended sessions", deleteEndedSessions),
    every(60 * minute, "deleting dead links", deleteDeadLinks),
    every(10 * minute, "deleting old passkey challenges", deleteOldChallenges),
    every(60 * minute, "forgetting old devices", forgetOldDevices),
    every(60 * minute, "deleting idempotency records", deleteOldIdempotencyRecords),
    every(60 * minute, "deleting sign-in counts", () =>
      pool.query("DELETE FROM sign_in_throttles WHERE expire < $1", [Date.now()]),
    ),
    // By then whoever runs this has seen in the log that it is gone; nobody waits for it any more.
    every(60 * minute, "closing writers that are gone", () =>
      pool.query(
        "UPDATE access_log.writers SET closed_at = clock_timestamp() WHERE closed_at IS NULL AND renewed_at < clock_timestamp() - interval '7 days'",
      ),
    ),
    // Another instance may have copied a last use at the moment in which its key was deleted.
    every(60 * minute, "forgetting last uses of deleted keys", () =>
      pool.query(
        "DELETE FROM access_log.last_uses l WHERE NOT EXISTS (SELECT FROM api_keys k WHERE k.id = l.key_id)",
      ),
    ),
    every(60 * minute, "deleting closed writers", () =>
      // Kept as long as the log itself: without its writer's watermark a spool that turns up later would be copied anew.
      pool.query(
        "DELETE FROM access_log.writers WHERE closed_at < clock_timestamp() - make_interval(days => $1)",
        [env.accessLogRetentionDays],
      ),
    ),
    every(minute / 6, "settling quotas of processes that are gone", settleDeadHolders),
    every(60 * minute, "deleting old usage", deleteOldUsage),
    every(minute / 60, "delivering mail", deliverMail),
    every(minute / 6, "loading key formats", async () =>
      server.keyFormats.replace(await loadKeyFormats(pool, env.apiKeyPrefix)),
    ),
    every(minute, "sweeping limits", async () => {
      server.rateLimiter.sweep(performance.now());
      server.failureLimiter.sweep(performance.now());
      server.limitSharing.grants.forgetIdle();
      await server.limitSharing.store.sweep();
    }),
  ];
  return () => {
    stopped = true;
    timers.forEach(clearInterval);
  };

  function every(milliseconds: number, what: string, job: () => Promise<unknown>): NodeJS.Timeout {
    const run = () =>
      job().catch((error: Error) => {
        // What is under way while everything is let go fails, and is begun again by whoever comes next.
        if (!stopped) server.log.warn({ error: error.message }, `${what} failed`);
      });
    return setInterval(run, milliseconds).unref();
  }
}
