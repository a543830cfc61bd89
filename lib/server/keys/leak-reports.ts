import { hashOfSecret } from "@/lib/engine/keys/key-format";
import { cleanText } from "@/lib/engine/log/clean-text";
import type { Origin } from "../actor";
import { db, runtime } from "../runtime";
import { type Exposure, exposeKey } from "./exposed-keys";

/** A text that someone found, which may be a secret. The URL says where. */
export type Finding = { text: string; url?: string | null | undefined };

type Report = {
  id: string;
  findings: { hash: string; url: string | null }[];
  origin: Origin;
  attempts: number;
};

/** Longer than a report usually takes, so that no other instance takes it in the meantime. */
const firstRetrySeconds = 30;
const longestRetrySeconds = 3600;
const giveUpAfter = "7 days";
const longestUrl = 2000;

/**
 * Stores a report of leaked keys, and revokes those that are known in the background: this returns after the same work whatever is
 * known. A stored report survives this process. Texts that can't be secrets are dropped.
 */
export async function reportLeaks(found: readonly Finding[], origin: Origin): Promise<void> {
  const { engine, pool, background } = runtime();
  const urls = new Map<string, string | null>();
  for (const { text, url } of found)
    if (engine.keyFormats.fits(text))
      urls.set(hashOfSecret(text), urls.get(hashOfSecret(text)) ?? webAddress(url));
  if (urls.size === 0) return;
  const findings = [...urls].map(([hash, url]) => ({ hash, url }));
  await pool.query("INSERT INTO leaks.reports (findings, origin) VALUES ($1, $2)", [
    JSON.stringify(findings),
    JSON.stringify(origin),
  ]);
  background.start("revoking leaked keys", revokeReportedKeys);
}

/** Those of these texts that are secrets of keys, revoked or not. Only for callers who may know that. */
export async function findKnownSecrets(texts: readonly string[]): Promise<Set<string>> {
  const { keyFormats } = runtime().engine;
  const hashes = [...new Set(texts.filter((text) => keyFormats.fits(text)).map(hashOfSecret))];
  const rows = await db().apiKey.findMany({
    where: { hash: { in: hashes.map((hash) => Uint8Array.from(Buffer.from(hash, "hex"))) } },
    select: { hash: true },
  });
  const known = new Set(rows.map(({ hash }) => Buffer.from(hash).toString("hex")));
  return new Set(texts.filter((text) => known.has(hashOfSecret(text))));
}

let running: Promise<void> | null = null;
let isAskedAgain = false;

/**
 * Acts on due reports one by one. Safe on any number of instances: each takes a report by postponing its next attempt, and a report
 * that is acted on twice changes nothing the second time.
 */
export function revokeReportedKeys(): Promise<void> {
  isAskedAgain = true;
  running ??= revokeAll();
  return running;
}

async function revokeAll(): Promise<void> {
  try {
    while (isAskedAgain) {
      isAskedAgain = false;
      await discardOld();
      for (let report = await takeOne(); report; report = await takeOne()) await revokeKeysOf(report);
    }
  } finally {
    running = null;
  }
}

async function takeOne(): Promise<Report | undefined> {
  const { rows } = await runtime().pool.query<Report>(
    `UPDATE leaks.reports SET attempts = attempts + 1,
       next_attempt_at = now() + make_interval(secs => least($1 * 2 ^ attempts, $2))
     WHERE id = (SELECT id FROM leaks.reports WHERE next_attempt_at <= now() ORDER BY next_attempt_at LIMIT 1
       FOR UPDATE SKIP LOCKED)
     RETURNING id, findings, origin, attempts`,
    [firstRetrySeconds, longestRetrySeconds],
  );
  return rows[0];
}

/** A failure of one key doesn't keep the others from being revoked. The report stays until all are. */
async function revokeKeysOf({ id, findings, origin, attempts }: Report): Promise<void> {
  const { pool, log } = runtime();
  const urls = new Map(findings.map(({ hash, url }) => [hash, url]));
  const keys = await db().apiKey.findMany({
    where: {
      hash: { in: [...urls.keys()].map((hash) => Uint8Array.from(Buffer.from(hash, "hex"))) },
      revokedAt: null,
    },
  });
  let failed = 0;
  for (const key of keys) {
    const exposure: Exposure = { origin, url: urls.get(Buffer.from(key.hash).toString("hex")) ?? null };
    try {
      await db().$transaction((transaction) => exposeKey(transaction, key, exposure));
    } catch (error) {
      failed += 1;
      log.error(
        { keyId: key.id, attempts, error: (error as Error).message },
        "a leaked key could not be revoked; it is tried again for a week. Revoke it by hand: keyward key revoke --key-id",
      );
    }
  }
  if (failed === 0) await pool.query("DELETE FROM leaks.reports WHERE id = $1", [id]);
}

async function discardOld(): Promise<void> {
  const { pool, log } = runtime();
  const { rows } = await pool.query<Pick<Report, "id" | "attempts">>(
    `DELETE FROM leaks.reports WHERE created_at < now() - interval '${giveUpAfter}' AND attempts > 0
       AND next_attempt_at < now() RETURNING id, attempts`,
  );
  for (const report of rows)
    log.error(
      report,
      "a report of leaked keys was discarded after a week of failed attempts; revoke its keys by hand: earlier lines have their ids",
    );
}

/** A web address in one line without a secret in it; null for anything else. */
function webAddress(url: string | null | undefined): string | null {
  if (!url || url.length > longestUrl || !/^https:$/.test(URL.parse(url)?.protocol ?? "")) return null;
  return cleanText(runtime().engine.keyFormats.mask(url), longestUrl);
}
