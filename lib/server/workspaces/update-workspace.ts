import { AppError, invalidField } from "@/lib/contracts/app-error";
import type { UpdateWorkspaceInput } from "@/lib/contracts/workspace-input";
import type { Actor } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import { isUniqueViolation } from "../is-unique-violation";
import { db } from "../runtime";

/** Changes the name or the address of a workspace. Nothing is written where nothing changes. */
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
    if (isUniqueViolation(error)) throw invalidField("slug", "This address is taken.");
    throw error;
  }
}
