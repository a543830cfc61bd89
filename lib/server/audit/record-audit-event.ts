import type { AccountAction } from "@/lib/contracts/account-actions";
import type { AuditAction } from "@/lib/contracts/audit-actions";
import type { ActorType } from "@/lib/contracts/audit-events";
import { type Actor, actorReference, type Origin } from "../actor";
import type { Prisma } from "../generated/prisma/client";
import { newId } from "../new-id";
import { runtime } from "../runtime";

export type Target = {
  type:
    | "workspace"
    | "member"
    | "invitation"
    | "api_key"
    | "user"
    | "session"
    | "permission_catalog"
    | "database"
    | "event_subscription";
  id: string;
  name: string;
};

/**
 * Records a change in the same transaction, so that neither exists without the other.
 * @param details Facts about the change, never a secret.
 */
export async function recordAuditEvent(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  action: AuditAction,
  target: Target,
  details: Prisma.InputJsonObject = {},
): Promise<void> {
  const who = { ...actorReference(actor), name: actor.name };
  await write(transaction, actor.workspaceId, who, action, target, details, actor.origin);
}

/** The operator's command line, as the actor of an account event. */
export const operator = { type: "system", id: "system", name: "Operator" } as const;

/**
 * Records a change of a person's account, which belongs to no workspace.
 * @param by Who made the change, if not the person.
 * @param target What was changed, if not the account itself.
 */
export async function recordAccountEvent(
  transaction: Prisma.TransactionClient,
  user: { id: string; name: string },
  action: AccountAction,
  origin: Origin,
  {
    by,
    target = { type: "user", id: user.id, name: user.name },
    details = {},
  }: { by?: typeof operator; target?: Target; details?: Prisma.InputJsonObject } = {},
): Promise<void> {
  const actor = by ?? { type: "user", id: user.id, name: user.name };
  await write(transaction, null, actor, action, target, details, origin);
}

/** Records a change by the operator that concerns every workspace. */
export async function recordServerEvent(
  transaction: Prisma.TransactionClient,
  action: AuditAction,
  target: Target,
  details: Prisma.InputJsonObject,
  origin: Origin,
  /** The label of a service token; the operator's command line if null. */
  service: string | null,
): Promise<void> {
  const actor = service === null ? operator : ({ type: "service", id: service, name: service } as const);
  await write(transaction, null, actor, action, target, details, origin);
}

/** Masks key-shaped text: people sometimes paste a secret as a name, and audit events can't be deleted. */
async function write(
  transaction: Prisma.TransactionClient,
  workspaceId: string | null,
  actor: { type: ActorType; id: string; name: string },
  action: AuditAction,
  target: Target,
  details: Prisma.InputJsonObject,
  origin: Origin,
): Promise<void> {
  const { keyFormats } = runtime().engine;
  await transaction.auditEvent.create({
    data: {
      id: nextEventId(),
      workspaceId,
      action,
      actorType: actor.type,
      actorId: actor.id,
      actorName: keyFormats.mask(actor.name),
      targetType: target.type,
      targetId: target.id,
      targetName: keyFormats.mask(target.name),
      details: JSON.parse(keyFormats.mask(JSON.stringify(details))),
      ip: origin.ip,
      userAgent: origin.userAgent,
      requestId: origin.requestId,
    },
  });
}

let lastEventMs = 0;

/** Lists are sorted by id, so two events of one transaction must not share a millisecond. */
function nextEventId(): string {
  const now = Date.now();
  // A clock that was set back by more than a moment is followed.
  lastEventMs = lastEventMs - now < 1000 ? Math.max(now, lastEventMs + 1) : now;
  return newId("aud", lastEventMs);
}
