import { maximumExpirationDays, type ReportOnlyLimits } from "@/lib/contracts/api-keys";
import { AppError, invalidField } from "@/lib/contracts/app-error";
import { enforcedRateLimit, enforcesReportOnly } from "@/lib/engine/keys/report-only";
import { type Actor, systemActor } from "../actor";
import { changesBetween } from "../audit/changes-between";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { db } from "../runtime";
import { isWithin } from "./key-access";
import { readRateLimitOf } from "./rate-limit-of";

type ReportOnly = Pick<ApiKey, "reportOnlyIps" | "reportOnlyRateLimit" | "reportOnlyEnforceAt">;
type Enforced = Pick<ApiKey, "allowedIps" | "rateLimitPerMinute">;
/** `enforceAt` in RFC 3339. Without it the limits are reported until someone decides. */
export type ReportOnlyInput = {
  allowedIps?: string[] | undefined;
  rateLimitPerMinute?: number | undefined;
  enforceAt?: string | null | undefined;
};
export type ReportOnlyFields = Partial<ReportOnly>;

const none = { reportOnlyIps: [], reportOnlyRateLimit: null, reportOnlyEnforceAt: null };

/** The stricter limits of a key that aren't enforced yet, or null. */
export function reportOnlyOf(key: ReportOnly): ReportOnlyLimits | null {
  const { reportOnlyIps, reportOnlyRateLimit, reportOnlyEnforceAt } = key;
  if (isNone(key) || enforcesReportOnly(key, Date.now())) return null;
  return {
    allowedIps: reportOnlyIps,
    rateLimitPerMinute: reportOnlyRateLimit,
    enforceAt: reportOnlyEnforceAt?.toISOString() ?? null,
  };
}

/**
 * What a change makes of a key's report-only limits. They are always stricter than the enforced ones, so enforcing them never allows
 * more. Those that a change enforces end with it, and so do addresses of which the change allows not all any more.
 * @param reportOnly Replaces all of them; null discards them.
 * @param after The enforced limits after the change.
 * @throws AppError `invalid_request`; `insufficient_permissions` if a key would postpone or discard what will be enforced.
 */
export async function changedReportOnly(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  before: ApiKey,
  reportOnly: ReportOnlyInput | null | undefined,
  after: Enforced,
): Promise<ReportOnlyFields> {
  if (!reportOnly && isNone(before)) return {};
  const pending = orNone({
    ...before,
    reportOnlyIps: isWithin(after.allowedIps, before.reportOnlyIps) ? [] : before.reportOnlyIps,
    reportOnlyRateLimit: isEnforced(before.reportOnlyRateLimit, after) ? null : before.reportOnlyRateLimit,
  });
  const asked = reportOnly
    ? await fieldsOf(transaction, reportOnly, { ...before, ...after })
    : reportOnly === null
      ? none
      : orNone({
          ...pending,
          reportOnlyIps: isWithin(pending.reportOnlyIps, after.allowedIps) ? pending.reportOnlyIps : [],
        });
  if (actor.type === "key" && !isAsStrict(asked, pending)) throw putsOff();
  return isSame(asked, before) ? {} : asked;
}

/** The report-only limits of a key that is created by a key which has some. */
export function inheritedReportOnly(
  creator: ReportOnly,
  { allowedIps, rateLimitPerMinute }: Enforced,
): ReportOnlyFields | "exceeds" {
  const { reportOnlyIps, reportOnlyRateLimit, reportOnlyEnforceAt } = creator;
  const isWithinIps = isWithin(allowedIps, reportOnlyIps);
  const inheritsIps = !isWithinIps && isWithin(reportOnlyIps, allowedIps);
  if (!isWithinIps && !inheritsIps && reportOnlyEnforceAt !== null) return "exceeds";
  return orNone({
    reportOnlyIps: inheritsIps ? reportOnlyIps : [],
    reportOnlyRateLimit: isEnforced(reportOnlyRateLimit, { rateLimitPerMinute }) ? null : reportOnlyRateLimit,
    reportOnlyEnforceAt,
  });
}

/**
 * Turns report-only limits whose date has come into the enforced ones. Decisions enforce them without this: it is for the audit log
 * and for what people see. Safe in several instances at once.
 */
export async function enforceDueLimits(): Promise<void> {
  await db().$transaction((transaction) => enforceDue(transaction, null));
}

/** @param keyId Only this key, whose row the transaction has locked. */
export async function enforceDue(transaction: Prisma.TransactionClient, keyId: string | null): Promise<void> {
  const due = await transaction.$queryRaw<{ id: string }[]>`
    SELECT id FROM api_keys WHERE report_only_enforce_at <= clock_timestamp() AND (${keyId}::text IS NULL OR id = ${keyId})
    ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED`;
  for (const { id } of due) {
    const key = await transaction.apiKey.findUniqueOrThrow({ where: { id } });
    const { workspaceId, name, allowedIps, reportOnlyIps } = key;
    // Only a change by hand in SQL can make this false. Decisions then require both lists, which one list can't say.
    if (reportOnlyIps.length > 0 && !isWithin(reportOnlyIps, allowedIps)) continue;
    const limit = (await readRateLimitOf(transaction, workspaceId))(key.rateLimitPerMinute);
    const enforced = {
      ...(reportOnlyIps.length > 0 && { allowedIps: reportOnlyIps, reportOnlyIps: [] }),
      ...(key.reportOnlyRateLimit !== null && {
        rateLimitPerMinute: enforcedRateLimit(key, Number.POSITIVE_INFINITY, limit),
        reportOnlyRateLimit: null,
      }),
    };
    await transaction.apiKey.update({ where: { id }, data: { ...enforced, reportOnlyEnforceAt: null } });
    await recordAuditEvent(
      transaction,
      systemActor(workspaceId, "Keyward"),
      "api_key.updated",
      { type: "api_key", id, name },
      changesBetween(key, { ...key, ...enforced }, Object.keys(enforced) as (keyof typeof enforced)[]),
    );
  }
}

function isNone({ reportOnlyIps, reportOnlyRateLimit }: ReportOnly): boolean {
  return reportOnlyIps.length === 0 && reportOnlyRateLimit === null;
}

/** By the key's own limit: those of the workspace and the server can be raised again. */
function isEnforced(
  limit: number | null,
  { rateLimitPerMinute }: Pick<Enforced, "rateLimitPerMinute">,
): boolean {
  return limit === null || (rateLimitPerMinute !== null && rateLimitPerMinute <= limit);
}

/** A date without limits means nothing. */
function orNone({ reportOnlyIps, reportOnlyRateLimit, reportOnlyEnforceAt }: ReportOnly): ReportOnly {
  const fields = { reportOnlyIps, reportOnlyRateLimit, reportOnlyEnforceAt };
  return isNone(fields) ? none : fields;
}

/** @throws AppError `invalid_request` unless they are stricter than the enforced limits of the key. */
async function fieldsOf(
  transaction: Prisma.TransactionClient,
  { allowedIps, rateLimitPerMinute, enforceAt }: ReportOnlyInput,
  key: Enforced & Pick<ApiKey, "workspaceId">,
): Promise<ReportOnly> {
  if (allowedIps) requireStricter(allowedIps, key.allowedIps);
  if (rateLimitPerMinute !== undefined) {
    const limit = (await readRateLimitOf(transaction, key.workspaceId))(key.rateLimitPerMinute);
    if (rateLimitPerMinute >= limit)
      throw invalidField(
        "reportOnly.rateLimitPerMinute",
        `This must be lower than the key's limit, ${limit}.`,
      );
  }
  return {
    reportOnlyIps: allowedIps ?? [],
    reportOnlyRateLimit: rateLimitPerMinute ?? null,
    reportOnlyEnforceAt: dateOf(enforceAt),
  };
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

function isAsStrict(asked: ReportOnly, pending: ReportOnly): boolean {
  if (isNone(pending)) return true;
  if (!isWithin(asked.reportOnlyIps, pending.reportOnlyIps)) return false;
  if (isBeyond(asked.reportOnlyRateLimit, pending.reportOnlyRateLimit)) return false;
  return !isBeyond(asked.reportOnlyEnforceAt, pending.reportOnlyEnforceAt);
}

/** Null is without end. */
function isBeyond(value: number | Date | null, other: number | Date | null): boolean {
  return other !== null && (value === null || value > other);
}

function isSame(asked: ReportOnly, before: ReportOnly): boolean {
  return (
    JSON.stringify(asked.reportOnlyIps) === JSON.stringify(before.reportOnlyIps) &&
    asked.reportOnlyRateLimit === before.reportOnlyRateLimit &&
    asked.reportOnlyEnforceAt?.getTime() === before.reportOnlyEnforceAt?.getTime()
  );
}

function putsOff(): AppError {
  return new AppError(
    "insufficient_permissions",
    "An API key can't postpone or discard limits that will be enforced. Ask a person to do it in the console.",
  );
}
