import { createReadStream } from "node:fs";
import { AppError } from "@/lib/contracts/app-error";
import { systemActor } from "@/lib/server/actor";
import { markRevoked } from "@/lib/server/keys/revoke-api-key";
import { db, runtime } from "@/lib/server/runtime";
import { requireMoment } from "./adopt-restored-command";
import type { Print } from "./command-action";
import { type Evidence, evidenceIn } from "./revocation-evidence";
import { decodeText, linesOf } from "./text-input";

export type RevokeAgainOptions = { sinceBackup: string[]; since?: string; yes?: boolean; json?: boolean };

/** A change can be committed this long after the time that it has in the log. Revoking a revoked key again changes nothing. */
const beforeMs = 10 * 60_000;

type Forgotten = { keyId: string; workspaceId: string; name: string; at: Date };

/**
 * Finds keys that logs kept elsewhere show to be revoked, and that this restored database has forgotten.
 * With `--yes` revokes them again, each in a transaction of its own, so that it can be repeated.
 */
export async function revokeAgain(options: RevokeAgainOptions, print: Print): Promise<void> {
  const { sinceBackup, since, yes = false } = options;
  const from = since === undefined ? await findRestoredState() : requireMoment(since);
  const found = await readEvidence(sinceBackup, new Date(from.getTime() - beforeMs));
  const forgotten = await findForgotten(found);
  const byHand = found.filter(({ isRevocation }) => !isRevocation);
  let afterMs: number | null = null;
  if (yes && forgotten.length > 0) {
    const startedAt = performance.now();
    for (const { keyId, workspaceId } of forgotten)
      await db().$transaction((transaction) =>
        markRevoked(transaction, systemActor(workspaceId, "Operator"), keyId),
      );
    afterMs = (await runtime().engine.rejections.waitUntilRejectedEverywhere(startedAt)).afterMs;
  }
  const keys = forgotten.map(({ keyId, workspaceId, name, at }) => ({
    ...{ key_id: keyId, workspace_id: workspaceId, name, revoked_at: at.toISOString() },
  }));
  const others = byHand.map(({ at, what }) => ({ at: at.toISOString(), what }));
  const verb = yes ? "Revoked again" : "Forgotten";
  const count = keys.length === 1 ? "1 key was" : `${keys.length} keys were`;
  print(
    { since: from.toISOString(), keys, revoked: yes, repeat_by_hand: others },
    [
      `Since ${from.toISOString()} ${count} revoked that this database has as valid.`,
      ...keys.map((key) => `  ${verb}: ${key.name} (${key.key_id}), revoked at ${key.revoked_at}`),
      ...(keys.length > 0 && !yes ? ["Add --yes to revoke them again."] : []),
      ...(afterMs === null ? [] : [`Rejected everywhere in ${afterMs} ms.`]),
      ...(others.length > 0 ? ["Check and repeat these by hand:"] : []),
      ...others.map(({ at, what }) => `  ${at} ${what}`),
    ].join("\n"),
  );
}

/** When the backup was taken that this database was last restored from. */
async function findRestoredState(): Promise<Date> {
  const event = await db().auditEvent.findFirst({
    where: { workspaceId: null, action: "database.restored" },
    orderBy: { id: "desc" },
  });
  const takenAt = (event?.details as { backup_taken_at?: string } | undefined)?.backup_taken_at;
  if (takenAt) return new Date(takenAt);
  throw new AppError(
    "conflict",
    "This database wasn't restored by database restore. Add --since with the time of its state, such as 2026-11-28T09:00:00Z.",
  );
}

async function readEvidence(files: string[], from: Date): Promise<Evidence[]> {
  const found: Evidence[] = [];
  for (const file of files) {
    let number = 0;
    const input = file === "-" ? process.stdin : createReadStream(file);
    for await (const line of linesOf(decodeText(input))) {
      number += 1;
      if (line.trim() === "") continue;
      try {
        found.push(...evidenceIn(line).filter(({ at }) => at >= from));
      } catch {
        // Nothing may be overlooked because a file is damaged.
        throw new AppError("invalid_request", `${file}, line ${number} isn't JSON.`);
      }
    }
  }
  return found;
}

/** The keys among them that aren't revoked here. Those that this database doesn't have are refused anyway. */
async function findForgotten(found: Evidence[]): Promise<Forgotten[]> {
  const first = new Map<string, Date>();
  for (const { keyId, at, isRevocation } of found)
    if (keyId !== null && isRevocation && at < (first.get(keyId) ?? new Date(8.64e15))) first.set(keyId, at);
  const ids = [...first.keys()];
  const forgotten: Forgotten[] = [];
  for (let start = 0; start < ids.length; start += 1000) {
    const keys = await db().apiKey.findMany({
      where: { id: { in: ids.slice(start, start + 1000) }, revokedAt: null },
      select: { id: true, workspaceId: true, name: true },
    });
    forgotten.push(
      ...keys.map(({ id, workspaceId, name }) => ({
        keyId: id,
        workspaceId,
        name,
        at: first.get(id) as Date,
      })),
    );
  }
  return forgotten.sort((one, other) => one.at.getTime() - other.at.getTime());
}
