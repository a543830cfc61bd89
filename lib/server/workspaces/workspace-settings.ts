import { AppError, invalidField } from "@/lib/contracts/app-error";
import type { UpdateWorkspaceInput } from "@/lib/contracts/workspace-input";
import type { Actor, MemberActor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import { isUniqueViolation } from "../is-unique-violation";
import { db, runtime } from "../runtime";
import { hasSecondFactor } from "../sessions/has-second-factor";

/** Changes the name or the slug of a workspace. */
export async function updateWorkspace(actor: Actor, input: UpdateWorkspaceInput): Promise<void> {
  try {
    await db().$transaction(async (transaction) => {
      const before = await transaction.workspace.findUnique({ where: { id: actor.workspaceId } });
      if (!before) throw new AppError("not_found");
      const changes: Record<string, { from: string; to: string }> = {};
      if (input.name !== undefined && input.name !== before.name)
        changes.name = { from: before.name, to: input.name };
      if (input.slug !== undefined && input.slug !== before.slug)
        changes.slug = { from: before.slug, to: input.slug };
      if (Object.keys(changes).length === 0) return;
      const after = await transaction.workspace.update({
        where: { id: actor.workspaceId },
        data: { name: input.name, slug: input.slug },
      });
      await recordAuditEvent(
        transaction,
        actor,
        "workspace.updated",
        { type: "workspace", id: after.id, name: after.name },
        changes,
      );
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw invalidField("slug", "This slug is already taken.");
    throw error;
  }
}

/** Sets the id that the operator's own system gives the workspace. @throws AppError `conflict` if another workspace has it. */
export async function setExternalId(actor: Actor, externalId: string | null): Promise<void> {
  try {
    await db().$transaction(async (transaction) => {
      const before = await transaction.workspace.findUniqueOrThrow({ where: { id: actor.workspaceId } });
      if (before.externalId === externalId) return;
      await transaction.workspace.update({ where: { id: actor.workspaceId }, data: { externalId } });
      const target = { type: "workspace", id: before.id, name: before.name } as const;
      const changes = { externalId: { from: before.externalId, to: externalId } };
      await recordAuditEvent(transaction, actor, "workspace.updated", target, changes);
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw new AppError("conflict", "Another workspace has this external id.");
    throw error;
  }
  // Keys of the workspace may be named by it.
  await runtime().engine.rejections.waitUntilRejectedEverywhere();
}

/** Sets the rate limit for keys that have no limit of their own. */
export async function setRequestsPerMinute(actor: Actor, requestsPerMinute: number): Promise<void> {
  const changed = await db().$transaction(async (transaction) => {
    const before = await transaction.workspace.findUniqueOrThrow({ where: { id: actor.workspaceId } });
    if (before.requestsPerMinute === requestsPerMinute) return false;
    await transaction.workspace.update({ where: { id: actor.workspaceId }, data: { requestsPerMinute } });
    const changes = { requestsPerMinute: { from: before.requestsPerMinute, to: requestsPerMinute } };
    await recordAuditEvent(
      transaction,
      actor,
      "workspace.updated",
      { type: "workspace", id: before.id, name: before.name },
      changes,
    );
    return true;
  });
  if (changed) await runtime().engine.rejections.waitBriefly();
}

/**
 * Sets whether members need two-step verification. The person who turns it on must have it, or they would lock
 * everyone out.
 */
export async function setRequireTwoStep(actor: MemberActor, required: boolean): Promise<void> {
  await db().$transaction(async (transaction) => {
    if (required && !(await hasSecondFactor(actor.userId, transaction)))
      throw new AppError(
        "conflict",
        "Set up two-step verification for your own account first, on your Security page.",
      );
    // Compare and set: of concurrent changes, only one writes the event.
    const { count } = await transaction.workspace.updateMany({
      where: { id: actor.workspaceId, requireTwoStep: !required },
      data: { requireTwoStep: required },
    });
    const workspace = await transaction.workspace.findUnique({ where: { id: actor.workspaceId } });
    if (!workspace) throw new AppError("not_found");
    if (count === 0) return;
    const action = required ? "workspace.two_step_required" : "workspace.two_step_optional";
    const { id, name } = workspace;
    await recordAuditEvent(transaction, actor, action, { type: "workspace", id, name });
  });
}

/**
 * Turns API access on or off. When it is turned off, no instance accepts any of the workspace's keys from the moment
 * this returns. With API_ACCESS_BY=operator, only the operator can change it.
 */
export async function setApiAccess(actor: Actor, enabled: boolean): Promise<void> {
  if (actor.type !== "system" && runtime().env.apiAccessBy === "operator") {
    throw new AppError("insufficient_permissions", "Only the operator of this server can change API access.");
  }
  const changed = await db().$transaction(async (transaction) => {
    // Compare and set: of concurrent changes, only one writes the event.
    const { count } = await transaction.workspace.updateMany({
      where: { id: actor.workspaceId, apiAccess: !enabled },
      data: { apiAccess: enabled },
    });
    const workspace = await transaction.workspace.findUnique({ where: { id: actor.workspaceId } });
    if (!workspace) throw new AppError("not_found");
    if (count === 0) return false;
    const action = enabled ? "workspace.api_access_enabled" : "workspace.api_access_disabled";
    await recordAuditEvent(transaction, actor, action, {
      type: "workspace",
      id: workspace.id,
      name: workspace.name,
    });
    return true;
  });
  const { rejections } = runtime().engine;
  await (enabled
    ? rejections.waitBriefly()
    : rejections.waitUntilRejectedEverywhere(performance.now(), changed));
}
