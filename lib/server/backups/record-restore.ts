import { recordServerEvent } from "../audit/record-audit-event";
import { db } from "../runtime";

/** Records that this database is a copy as of `takenAt`. What was recorded after that moment elsewhere isn't in it. */
export async function recordRestore(takenAt: string, keyward: string): Promise<void> {
  const target = { type: "database", id: "database", name: "Database" } as const;
  const origin = { ip: null, userAgent: null, requestId: null };
  await db().$transaction((transaction) =>
    recordServerEvent(
      transaction,
      "database.restored",
      target,
      { backup_taken_at: takenAt, version: keyward },
      origin,
      null,
    ),
  );
}
