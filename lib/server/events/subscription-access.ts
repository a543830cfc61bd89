import { AppError } from "@/lib/contracts/app-error";
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
    throw new AppError("insufficient_permissions", "Only owners and admins manage event subscriptions.");
  if (actor.type === "key" && actor.permissionLevel !== "read_write")
    throw new AppError("insufficient_permissions", "This needs a key with read_write permissions.");
}

/** @throws AppError `not_found`, the same for unknown subscriptions and those of other workspaces. */
export async function requireSubscription(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  id: string,
): Promise<EventSubscription> {
  requireManagesSubscriptions(actor);
  const found = await transaction.eventSubscription.findFirst({
    where: { id, workspaceId: actor.workspaceId },
  });
  if (!found) throw new AppError("not_found", "Event subscription not found.");
  return found;
}
