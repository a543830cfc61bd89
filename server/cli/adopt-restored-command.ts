import { AppError } from "@/lib/contracts/app-error";
import { adoptRestored } from "@/lib/server/backups/adopt-restored";
import { recordRestore } from "@/lib/server/backups/record-restore";
import { programVersion } from "@/lib/server/version";
import { action, type Print } from "./command-action";

type Options = { takenAt: string; json?: boolean };

export const afterRestore = action<Options>(async ({ takenAt }, print: Print) => {
  const at = requireMoment(takenAt).toISOString();
  await adoptRestored();
  await recordRestore(at, programVersion);
  print(
    { backup_taken_at: at, ends_sessions: true },
    [
      "What instances remember of the other database is void. Everyone has to sign in again.",
      `What changed after ${at} is missing, revocations too. docs/backup.md says how to find and repeat them before you start the server.`,
    ].join("\n"),
  );
});

/** @throws AppError `invalid_request` unless it is a moment of the past. */
export function requireMoment(text: string): Date {
  const at = new Date(text);
  if (
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ||
    Number.isNaN(at.getTime())
  )
    throw new AppError("invalid_request", `${text} isn't a time such as 2026-11-28T09:00:00Z.`);
  if (at.getTime() > Date.now()) throw new AppError("invalid_request", `${text} is in the future.`);
  return at;
}
