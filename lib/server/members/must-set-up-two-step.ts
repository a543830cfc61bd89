import type { MemberActor } from "../actor";
import { db } from "../runtime";
import { withSecondStep } from "../second-steps/has-second-step";

/** Whether the workspace asks its members for a second step that this one does not have. */
export async function mustSetUpTwoStep({
  workspaceId,
  userId,
}: Pick<MemberActor, "workspaceId" | "userId">): Promise<boolean> {
  const count = await db().member.count({
    where: {
      workspaceId,
      userId,
      workspace: { requireTwoStep: true },
      NOT: { user: withSecondStep },
    },
  });
  return count > 0;
}
