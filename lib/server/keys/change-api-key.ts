import type { KeyMetadata } from "@/lib/contracts/api-keys";
import { AppError, invalidField } from "@/lib/contracts/app-error";
import { roleMay } from "@/lib/contracts/permissions";
import { tooLarge } from "@/lib/contracts/service-api-input";
import { type Actor, actorReference } from "../actor";
import { changesBetween } from "../audit/changes-between";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { expiryAfter, expiryOf, isLater } from "./expiry";
import { requireManageable, requireVisibleKey } from "./key-access";
import { readKeyPolicy, requireAddressesWithin, requireExpiryWithin } from "./key-policy";
import { changedReportOnly, enforceDue, type ReportOnlyFields, type ReportOnlyInput } from "./report-only";
import { lockNewKeys, requireRoomForKey } from "./require-room-for-key";
import { requireTightening } from "./require-tightening";

export type KeyChange = {
  name?: string | undefined;
  disabled?: boolean | undefined;
  /** From now. */
  expirationDays?: number | undefined;
  /** RFC 3339; null if the key never expires. */
  expiresAt?: string | null | undefined;
  allowedIps?: string[] | undefined;
  /** Stricter limits that aren't enforced yet, all of them. Null discards them. */
  reportOnly?: ReportOnlyInput | null | undefined;
  /** Null for the workspace's limit. */
  rateLimitPerMinute?: number | null | undefined;
  environment?: string | undefined;
  notes?: string | undefined;
  /** Whether its owner gets a mail about new callers. */
  mailNewCallers?: boolean | undefined;
  /** A merge patch (RFC 7396), from services and the operator only. */
  metadata?: Record<string, string | number | boolean | null> | undefined;
};

/**
 * Changes a key. A field that already has the requested value changes nothing and writes no event. What makes decisions stricter
 * is in effect on every instance when this returns.
 * @param mayExtend Whether the key may be given a later expiry: people must have authenticated recently.
 * @throws AppError `not_found`; `conflict` for a revoked key; `invalid_request` for an expiry in the past, and for
 * a change that the workspace's key policy forbids;
 * `insufficient_permissions` if a key would loosen a limit, or if an owner would enable a key that an admin disabled;
 * `reauthentication_required`.
 */
export async function changeApiKey(
  actor: Actor,
  keyId: string,
  change: KeyChange,
  { mayExtend = true } = {},
): Promise<ApiKey> {
  const { key } = await db().$transaction((transaction) =>
    applyChange(transaction, actor, keyId, change, mayExtend),
  );
  const { rejections } = runtime().engine;
  const { disabled, allowedIps, reportOnly, rateLimitPerMinute } = change;
  if (disabled || movesExpiry(change) || allowedIps || reportOnly || rateLimitPerMinute !== undefined)
    await rejections.waitUntilRejectedEverywhere();
  else await rejections.waitBriefly();
  return key;
}

/**
 * Changes a key in a transaction. With one field, a refusal is thrown before anything is written.
 * @returns Whether anything changed.
 * @throws AppError as changeApiKey
 */
export async function applyChange(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  keyId: string,
  change: KeyChange,
  mayExtend: boolean,
): Promise<{ key: ApiKey; changed: boolean }> {
  const seen = await requireVisibleKey(transaction, actor, keyId);
  // The key policy can't change until this is done.
  if (movesExpiry(change) || change.allowedIps) await lockNewKeys(transaction, actor.workspaceId);
  // Extending an expired key adds one to the workspace's active keys.
  const hasExpired = seen.expiresAt !== null && seen.expiresAt <= new Date();
  if (movesExpiry(change) && hasExpired) await requireRoomForKey(transaction, actor.workspaceId);
  // The lock makes concurrent changes and revocations see each other.
  await transaction.$executeRaw`SELECT 1 FROM api_keys WHERE id = ${keyId} FOR UPDATE`;
  await enforceDue(transaction, keyId);
  const before = await requireVisibleKey(transaction, actor, keyId);
  await requireManageable(transaction, actor, before);
  if (before.revokedAt) throw new AppError("conflict", "This API key is revoked. You can't undo this.");

  const target = { type: "api_key", id: keyId, name: change.name ?? before.name } as const;
  const data: Prisma.ApiKeyUpdateInput = {};
  if (change.name !== undefined && change.name !== before.name) {
    data.name = change.name;
    await recordAuditEvent(transaction, actor, "api_key.renamed", target, {
      name: { from: before.name, to: change.name },
    });
  }
  if (change.disabled === true && isDisablingNew(actor, before)) {
    Object.assign(data, disabledData(actor, before));
    await recordAuditEvent(transaction, actor, "api_key.disabled", target);
  }
  if (change.disabled === false && before.disabledAt) {
    Object.assign(data, enabledData(actor, before));
    await recordAuditEvent(transaction, actor, "api_key.enabled", target);
  }
  if (movesExpiry(change)) {
    const expiry = changedExpiry(actor, before, change);
    if (isLater(expiry.expiresAt, before.expiresAt)) {
      const field = change.expirationDays === undefined ? "expiresAt" : "expirationDays";
      const policy = await readKeyPolicy(transaction, actor.workspaceId);
      requireExpiryWithin(policy, expiry.expiresAt, before.createdAt, field);
      if (!mayExtend) throw new AppError("reauthentication_required");
    }
    Object.assign(data, expiry);
    const moved = {
      from: before.expiresAt?.toISOString() ?? null,
      to: expiry.expiresAt?.toISOString() ?? null,
    };
    await recordAuditEvent(transaction, actor, "api_key.expiry_changed", target, { expiresAt: moved });
  }
  const limits = await changedLimits(transaction, actor, before, change);
  if (Object.keys(limits).length > 0) {
    if (actor.type === "key") await requireTightening(transaction, actor, before, limits);
    if (limits.allowedIps)
      requireAddressesWithin(await readKeyPolicy(transaction, actor.workspaceId), limits.allowedIps);
    Object.assign(data, limits);
    await recordAuditEvent(transaction, actor, "api_key.updated", target, detailsOf(before, limits));
  }
  if (Object.keys(data).length === 0) return { key: before, changed: false };
  return { key: await transaction.apiKey.update({ where: { id: keyId }, data }), changed: true };
}

function movesExpiry(change: KeyChange): boolean {
  return change.expirationDays !== undefined || change.expiresAt !== undefined;
}

type Limits = Partial<
  Pick<ApiKey, "allowedIps" | "rateLimitPerMinute" | "environment" | "notes" | "mailNewCallers">
> &
  ReportOnlyFields & { metadata?: KeyMetadata };

/** The fields among these that would change. */
async function changedLimits(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  before: ApiKey,
  change: KeyChange,
): Promise<Limits> {
  const limits: Limits = {};
  const { allowedIps, rateLimitPerMinute, environment, notes, mailNewCallers } = change;
  if (allowedIps !== undefined && JSON.stringify(allowedIps) !== JSON.stringify(before.allowedIps))
    limits.allowedIps = allowedIps;
  if (rateLimitPerMinute !== undefined && rateLimitPerMinute !== before.rateLimitPerMinute)
    limits.rateLimitPerMinute = rateLimitPerMinute;
  const after = { ...before, ...limits };
  Object.assign(limits, await changedReportOnly(transaction, actor, before, change.reportOnly, after));
  if (environment !== undefined && environment !== before.environment) limits.environment = environment;
  if (notes !== undefined && notes !== before.notes) limits.notes = notes;
  if (mailNewCallers !== undefined && mailNewCallers !== before.mailNewCallers)
    limits.mailNewCallers = mailNewCallers;
  if (change.metadata) {
    const metadata = merged(before.metadata as KeyMetadata, change.metadata);
    const wrong = tooLarge(metadata);
    if (wrong) throw invalidField("metadata", wrong);
    if (JSON.stringify(metadata) !== JSON.stringify(before.metadata)) limits.metadata = metadata;
  }
  return limits;
}

function merged(before: KeyMetadata, patch: NonNullable<KeyChange["metadata"]>): KeyMetadata {
  const entries = Object.entries({ ...before, ...patch });
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string | number | boolean] => entry[1] !== null),
  );
}

/** Notes and metadata can be long and private, so only what changed is recorded. */
function detailsOf(before: ApiKey, { notes, metadata, ...limits }: Limits): Prisma.InputJsonObject {
  const fields = Object.keys(limits) as (keyof typeof limits)[];
  return {
    ...changesBetween(before, limits as Record<keyof typeof limits, unknown>, fields),
    ...(notes !== undefined && { notes: "changed" }),
    ...(metadata && { metadata: changedFields(before.metadata as KeyMetadata, metadata) }),
  };
}

function changedFields(before: KeyMetadata, after: KeyMetadata): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}

function changedExpiry(actor: Actor, key: ApiKey, { expirationDays, expiresAt }: KeyChange) {
  const now = new Date();
  const expiry =
    expirationDays === undefined ? expiryOf({ expiresAt }, now) : expiryAfter(expirationDays * 86_400, now);
  if (actor.type !== "key") return expiry;
  if (actor.keyId === key.id && isLater(expiry.expiresAt, key.expiresAt)) {
    throw new AppError("insufficient_permissions", "A key can shorten its own lifetime, but not extend it.");
  }
  const lifetime = expiry.lifetimeSeconds ?? Number.POSITIVE_INFINITY;
  if (actor.lifetimeSeconds !== null && lifetime > actor.lifetimeSeconds) {
    throw new AppError(
      "insufficient_permissions",
      "A key can't give another key a longer lifetime than its own.",
    );
  }
  return expiry;
}

/**
 * Whether disabling would change anything. An admin can disable a key that its owner has already disabled: then only
 * an admin can enable it.
 */
function isDisablingNew(actor: Actor, key: ApiKey): boolean {
  return key.disabledAt === null || (!key.disabledByAdmin && !actsAsOwner(actor, key));
}

function disabledData(actor: Actor, key: ApiKey): Prisma.ApiKeyUpdateInput {
  const { type, id } = actorReference(actor);
  return {
    disabledAt: key.disabledAt ?? new Date(),
    disabledByType: type,
    disabledById: id,
    disabledByAdmin: !actsAsOwner(actor, key),
  };
}

/**
 * Only an admin or the operator can enable a key that one of them disabled.
 * @throws AppError `insufficient_permissions`
 */
function enabledData(actor: Actor, key: ApiKey): Prisma.ApiKeyUpdateInput {
  const mayOverrule = actor.type === "system" || roleMay(actor.role, "api_key.update_all");
  if (key.disabledByAdmin && !mayOverrule)
    throw new AppError(
      "insufficient_permissions",
      "An admin disabled this API key. Ask an admin of the workspace to enable it.",
    );
  return { disabledAt: null, disabledByType: null, disabledById: null, disabledByAdmin: false };
}

function actsAsOwner(actor: Actor, key: ApiKey): boolean {
  if (actor.type === "system") return false;
  return (actor.type === "key" ? actor.ownerId : actor.userId) === key.ownerId;
}
