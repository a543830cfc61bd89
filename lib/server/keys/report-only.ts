import { maximumExpirationDays } from "@/lib/contracts/api-keys";
import { AppError, invalidField } from "@/lib/contracts/app-error";
import { enforcesReportOnly } from "@/lib/engine/keys/report-only";
import { type Actor, systemActor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { db } from "../runtime";
import { isWithin } from "./key-access";

type Fields = Pick<ApiKey, "allowedIps" | "reportOnlyIps" | "reportOnlyEnforceAt">;
/** `enforceAt` in RFC 3339. Without it they are reported until someone decides. */
export type ReportOnlyInput = { allowedIps: string[]; enforceAt?: string | null | undefined };
export type ReportOnlyFields = Partial<Omit<Fields, "allowedIps">>;

const none = { reportOnlyIps: [], reportOnlyEnforceAt: null };

/** The stricter list of a key that isn't enforced yet, or null. */
export function reportOnlyOf(key: Fields): { allowedIps: string[]; enforceAt: string | null } | null {
  const { reportOnlyIps, reportOnlyEnforceAt } = key;
  if (reportOnlyIps.length === 0 || enforcesReportOnly(key, Date.now())) return null;
  return { allowedIps: reportOnlyIps, enforceAt: reportOnlyEnforceAt?.toISOString() ?? null };
}

/**
 * What a change makes of a key's report-only addresses. They are always among the allowed ones, so enforcing them never allows
 * more; a change of the allowed ones after which that isn't so, or after which they refuse nothing more, ends them.
 * @param allowedIps The key's allowed addresses after the change.
 * @throws AppError `invalid_request`; `insufficient_permissions` if a key would put off or discard what is to be enforced.
 */
export function changedReportOnly(
  actor: Actor,
  before: Fields,
  reportOnly: ReportOnlyInput | null | undefined,
  allowedIps: string[],
): ReportOnlyFields {
  const had = before.reportOnlyIps;
  if (reportOnly) {
    const asked = { reportOnlyIps: reportOnly.allowedIps, reportOnlyEnforceAt: dateOf(reportOnly.enforceAt) };
    requireStricter(asked.reportOnlyIps, allowedIps);
    if (actor.type === "key" && had.length > 0 && !isAsStrict(asked, before)) throw putsOff();
    return isSame(asked, before) ? {} : asked;
  }
  if (had.length === 0) return {};
  const isEnforced = isWithin(allowedIps, had);
  if (reportOnly === undefined && !isEnforced && isWithin(had, allowedIps)) return {};
  if (actor.type === "key" && !isEnforced) throw putsOff();
  return none;
}

/** The report-only addresses of a key that is created by a key which has some. */
export function inheritedReportOnly(creator: Fields, allowedIps: string[]): ReportOnlyFields | "exceeds" {
  const { reportOnlyIps, reportOnlyEnforceAt } = creator;
  if (reportOnlyIps.length === 0 || isWithin(allowedIps, reportOnlyIps)) return {};
  if (isWithin(reportOnlyIps, allowedIps)) return { reportOnlyIps, reportOnlyEnforceAt };
  return reportOnlyEnforceAt === null ? {} : "exceeds";
}

/**
 * Turns report-only addresses whose date has come into the allowed ones. Decisions enforce them without this: it is for the
 * audit log and for what people see. Safe in several instances at once.
 */
export async function enforceDueAddresses(): Promise<void> {
  await db().$transaction((transaction) => enforceDue(transaction, null));
}

/** @param keyId Only this key, whose row the transaction has locked. */
export async function enforceDue(transaction: Prisma.TransactionClient, keyId: string | null): Promise<void> {
  const due = await transaction.$queryRaw<{ id: string }[]>`
    SELECT id FROM api_keys WHERE report_only_enforce_at <= clock_timestamp() AND (${keyId}::text IS NULL OR id = ${keyId})
    ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED`;
  for (const { id } of due) {
    const { workspaceId, name, allowedIps, reportOnlyIps } = await transaction.apiKey.findUniqueOrThrow({
      where: { id },
    });
    // Only a change by hand in SQL can make this false. Decisions then require both lists, which one list can't say.
    if (!isWithin(reportOnlyIps, allowedIps)) continue;
    await transaction.apiKey.update({ where: { id }, data: { allowedIps: reportOnlyIps, ...none } });
    await recordAuditEvent(
      transaction,
      systemActor(workspaceId, "Keyward"),
      "api_key.updated",
      { type: "api_key", id, name },
      { allowedIps: { from: allowedIps, to: reportOnlyIps }, reportOnlyIps: { from: reportOnlyIps, to: [] } },
    );
  }
}

function dateOf(enforceAt: string | null | undefined): Date | null {
  if (enforceAt == null) return null;
  const date = new Date(enforceAt);
  const days = (date.getTime() - Date.now()) / 86_400_000;
  if (days <= 0) throw invalidField("reportOnly.enforceAt", "The date must be in the future.");
  if (days > maximumExpirationDays)
    throw invalidField("reportOnly.enforceAt", `The date must be within ${maximumExpirationDays} days.`);
  return date;
}

function requireStricter(list: string[], allowedIps: string[]): void {
  const wrong = (message: string) => invalidField("reportOnly.allowedIps", message);
  if (!isWithin(list, allowedIps)) throw wrong("These must be among the key's allowed addresses.");
  if (isWithin(allowedIps, list)) throw wrong("The key allows no other addresses already.");
}

function isAsStrict(asked: Omit<Fields, "allowedIps">, before: Fields): boolean {
  if (!isWithin(asked.reportOnlyIps, before.reportOnlyIps)) return false;
  if (before.reportOnlyEnforceAt === null) return true;
  return asked.reportOnlyEnforceAt !== null && asked.reportOnlyEnforceAt <= before.reportOnlyEnforceAt;
}

function isSame(asked: Omit<Fields, "allowedIps">, before: Fields): boolean {
  return (
    JSON.stringify(asked.reportOnlyIps) === JSON.stringify(before.reportOnlyIps) &&
    asked.reportOnlyEnforceAt?.getTime() === before.reportOnlyEnforceAt?.getTime()
  );
}

function putsOff(): AppError {
  return new AppError(
    "insufficient_permissions",
    "An API key can't put off or discard addresses that are to be enforced. Ask a person to do it in the console.",
  );
}
