import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import { defaultExpirationDays } from "@/lib/contracts/api-keys";
import { AppError, invalidField } from "@/lib/contracts/app-error";
import {
  daysText,
  isPolicyEmpty,
  type KeyPolicy,
  mustExpire,
  policySentences,
} from "@/lib/contracts/key-policy";
import { enforcedIps } from "@/lib/engine/keys/report-only";
import type { Actor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import { type ApiKey, Prisma } from "../generated/prisma/client";
import { db } from "../runtime";
import { daySeconds, expiryAfter, expiryOf } from "./expiry";
import { lockNewKeys } from "./require-room-for-key";

type Transaction = Prisma.TransactionClient;

/**
 * The workspace's key policy. Read it after lockNewKeys, or a key could be made under a policy that was already replaced.
 */
export async function readKeyPolicy(transaction: Transaction, workspaceId: string): Promise<KeyPolicy> {
  const workspace = await transaction.workspace.findUnique({
    where: { id: workspaceId },
    select: { keyPolicy: true },
  });
  return (workspace?.keyPolicy ?? {}) as KeyPolicy;
}

/**
 * Replaces the key policy; null removes it. Each key that is made or changed after this returns obeys it.
 * @throws AppError `not_found`
 */
export async function setKeyPolicy(actor: Actor, policy: KeyPolicy | null): Promise<void> {
  const to = policy === null || isPolicyEmpty(policy) ? null : policy;
  await db().$transaction(async (transaction) => {
    await lockNewKeys(transaction, actor.workspaceId);
    const workspace = await transaction.workspace.findUnique({ where: { id: actor.workspaceId } });
    if (!workspace) throw new AppError("not_found", "Workspace not found.");
    const [before, after] = [(workspace.keyPolicy ?? {}) as KeyPolicy, to ?? {}].map(policySentences);
    await transaction.workspace.update({
      where: { id: actor.workspaceId },
      data: { keyPolicy: to ?? Prisma.DbNull },
    });
    if (before?.join() === after?.join()) return;
    const target = { type: "workspace", id: workspace.id, name: workspace.name } as const;
    const changes = { keyPolicy: { from: before ?? [], to: after ?? [] } };
    await recordAuditEvent(transaction, actor, "workspace.key_policy_changed", target, { changes });
  });
}

/**
 * The expiry and the lifetime of a new key: those asked for, or else the given default, as far as the policy allows.
 * @param defaultSeconds Null: without an expiry.
 * @throws AppError `invalid_request` naming the field if more was asked for.
 */
export function expiryWithin(
  policy: KeyPolicy,
  input: Pick<CreateApiKeyInput, "expiresInDays" | "expiresAt">,
  defaultSeconds: number | null,
  now: Date,
) {
  if (input.expiresInDays === undefined && input.expiresAt === undefined) {
    const seconds = lifetimeWithin(policy, defaultSeconds);
    return seconds === null ? expiryOf({}, now) : expiryAfter(seconds, now);
  }
  const expiry = expiryOf(input, now);
  const field = input.expiresInDays === undefined ? "expiresAt" : "expiresInDays";
  requireExpiryWithin(policy, expiry.expiresAt, now, field);
  return expiry;
}

/** The longest lifetime that the policy allows, up to this one. Null: without an expiry. */
export function lifetimeWithin(policy: KeyPolicy, seconds: number | null): number | null {
  const { maxLifetimeDays } = policy;
  if (seconds === null && !mustExpire(policy)) return null;
  const longest = (maxLifetimeDays ?? defaultExpirationDays) * daySeconds;
  if (seconds === null) return longest;
  return maxLifetimeDays === undefined ? seconds : Math.min(seconds, longest);
}

/** @throws AppError `invalid_request` naming the field if a key with this expiry would live too long. */
export function requireExpiryWithin(
  policy: KeyPolicy,
  expiresAt: Date | null,
  createdAt: Date,
  field: string,
): void {
  const { maxLifetimeDays } = policy;
  if (expiresAt === null && mustExpire(policy))
    throw invalidField(field, `API keys of this workspace must expire${within(policy)}.`);
  if (expiresAt === null || maxLifetimeDays === undefined) return;
  const latest = new Date(createdAt.getTime() + maxLifetimeDays * daySeconds * 1000);
  if (expiresAt > latest)
    throw invalidField(
      field,
      `API keys of this workspace must expire${within(policy)} after they are created: this one by ${latest.toISOString()}.`,
    );
}

function within({ maxLifetimeDays }: KeyPolicy): string {
  return maxLifetimeDays === undefined ? "" : ` within ${daysText(maxLifetimeDays)}`;
}

/** @throws AppError `invalid_request` if a key that is allowed from these addresses doesn't meet the policy. */
export function requireAddressesWithin(policy: KeyPolicy, allowedIps: readonly string[]): void {
  if (!policy.requireAllowedIps || areAddressesLimited(allowedIps)) return;
  throw invalidField("allowedIps", "API keys of this workspace must have allowed addresses.");
}

/** A block of prefix length 0 allows every address. */
function areAddressesLimited(allowedIps: readonly string[]): boolean {
  return allowedIps.length > 0 && !allowedIps.some((block) => block.endsWith("/0"));
}

/** The lifetime of a key's successor, counted from now. @throws AppError `conflict` if no successor would meet the policy. */
export function successorLifetime(policy: KeyPolicy, key: ApiKey, seconds: number | null): number | null {
  if (policy.requireAllowedIps && !areAddressesLimited(enforcedIps(key, Date.now())))
    throw new AppError(
      "conflict",
      "API keys of this workspace must have allowed addresses. Add some to this key before you rotate it.",
    );
  return lifetimeWithin(policy, seconds);
}
