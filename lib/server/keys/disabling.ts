import { AppError } from "@/lib/contracts/app-error";
import { roleMay } from "@/lib/contracts/permissions";
import type { Actor } from "../actor";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { creatorOf } from "./creator-of";

/** Whether disabling would change a key: an admin can make final for its owner what the owner only paused. */
export function isDisablingNew(actor: Actor, key: ApiKey): boolean {
  return key.disabledAt === null || (!key.disabledByAdmin && !actsAsOwner(actor, key));
}

export function disabledData(actor: Actor, key: ApiKey): Prisma.ApiKeyUpdateInput {
  const { type, id } = creatorOf(actor);
  return {
    disabledAt: key.disabledAt ?? new Date(),
    disabledByType: type,
    disabledById: id,
    disabledByAdmin: !actsAsOwner(actor, key),
  };
}

/**
 * What an admin or the operator disabled, only an admin or the operator enables.
 * @throws AppError `insufficient_permissions`
 */
export function enabledData(actor: Actor, key: ApiKey): Prisma.ApiKeyUpdateInput {
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
