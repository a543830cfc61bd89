import { AppError } from "@/lib/contracts/app-error";
import { defaultEnvironment } from "@/lib/contracts/environments";
import type { EventFilters } from "@/lib/contracts/event-subscription-input";
import { roleMay } from "@/lib/contracts/permissions";
import type { Actor } from "../actor";
import type { EventSubscription, Prisma } from "../generated/prisma/client";

/**
 * Admins manage subscriptions, and so do their keys that may read and write everything. A key with custom permissions can't.
 * @throws AppError `insufficient_permissions`
 */
export function requireManagesSubscriptions(actor: Actor): void {
  if (actor.type === "system") return;
  if (!roleMay(actor.role, "event_subscription.manage"))
    throw new AppError("insufficient_permissions", "Only owners and admins can manage event subscriptions.");
  if (actor.type === "key" && actor.permissionLevel !== "read_write")
    throw new AppError("insufficient_permissions", "This needs a key with read_write permissions.");
}

/** The subscriptions that an actor can see and manage: all of the workspace, or those of the environment that its key is limited to. */
export function whereManageable(actor: Actor): Prisma.EventSubscriptionWhereInput {
  const environment = onlyEnvironment(actor);
  return {
    workspaceId: actor.workspaceId,
    ...(environment !== null && { environments: { equals: [environment] } }),
  };
}

/**
 * Rejects filters that would send a key events of other environments than its own. Only production keys may ask for them, as only
 * they manage keys of other environments.
 * @throws AppError `insufficient_permissions`
 */
export function requireOwnEnvironment(actor: Actor, { environments = [] }: EventFilters): void {
  const environment = onlyEnvironment(actor);
  if (environment === null || (environments.length === 1 && environments[0] === environment)) return;
  throw new AppError(
    "insufficient_permissions",
    `This API key can only manage event subscriptions whose environments filter is ["${environment}"].`,
  );
}

function onlyEnvironment(actor: Actor): string | null {
  return actor.type === "key" && actor.environment !== defaultEnvironment ? actor.environment : null;
}

/** @throws AppError `not_found`, the same for unknown subscriptions, those of other workspaces and those that the actor can't see. */
export async function requireSubscription(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  id: string,
): Promise<EventSubscription> {
  requireManagesSubscriptions(actor);
  const found = await transaction.eventSubscription.findFirst({
    where: { AND: [whereManageable(actor), { id }] },
  });
  if (!found) throw new AppError("not_found", "Event subscription not found.");
  return found;
}

/**
 * Rejects a calling key that was revoked or disabled since its request was allowed, and keeps it as it is until the transaction ends:
 * what pauses the subscriptions of an exposed key sees what this transaction makes.
 * @throws AppError `insufficient_permissions`
 */
export async function lockActingKey(transaction: Prisma.TransactionClient, actor: Actor): Promise<void> {
  if (actor.type !== "key") return;
  const locked = await transaction.$executeRaw`
    SELECT 1 FROM api_keys WHERE id = ${actor.keyId} AND revoked_at IS NULL AND disabled_at IS NULL FOR SHARE`;
  if (locked === 0)
    throw new AppError("insufficient_permissions", "This API key may no longer manage event subscriptions.");
}
