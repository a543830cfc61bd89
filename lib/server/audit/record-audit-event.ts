import type { AuditAction } from "@/lib/contracts/audit-actions";
import type { Actor, Origin } from "../actor";
import type { Prisma } from "../generated/prisma/client";
import { newId } from "../new-id";
import { runtime } from "../runtime";

export type Target = {
  type: "workspace" | "member" | "invitation" | "api_key" | "user" | "session";
  id: string;
  name: string;
};

/**
 * Writes down a change in the transaction of the change: either both are there or neither is.
 * @param details Facts of the change, never a secret.
 */
export async function recordAuditEvent(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  action: AuditAction,
  target: Target,
  details: Prisma.InputJsonObject = {},
): Promise<void> {
  const who =
    actor.type === "member"
      ? ({ type: "user", id: actor.userId } as const)
      : actor.type === "key"
        ? ({ type: "key", id: actor.keyId } as const)
        : ({ type: "system", id: "system" } as const);
  await write(
    transaction,
    actor.workspaceId,
    { ...who, name: actor.name },
    action,
    target,
    details,
    actor.origin,
  );
}

/** The operator's command line, as the one who changes a person's account. */
export const operator = { type: "system", id: "system", name: "Operator" } as const;

/** The same for a change of a person's account, by the person or by the operator. It belongs to no workspace. */
export async function recordAccountEvent(
  transaction: Prisma.TransactionClient,
  by: { type?: "system"; id: string; name: string },
  action: AuditAction,
  target: Target,
  origin: Origin,
  details: Prisma.InputJsonObject = {},
): Promise<void> {
  const actor = { type: by.type ?? ("user" as const), id: by.id, name: by.name };
  await write(transaction, null, actor, action, target, details, origin);
}

/** People name things, and sometimes paste a secret as the name: what is written here can't be taken back. */
async function write(
  transaction: Prisma.TransactionClient,
  workspaceId: string | null,
  actor: { type: "user" | "key" | "system"; id: string; name: string },
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
