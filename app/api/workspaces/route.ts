import type { JoinedWorkspace } from "@/lib/contracts/invitations";
import { createWorkspaceInput } from "@/lib/contracts/workspace-input";
import { created } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { db } from "@/lib/server/runtime";
import { createWorkspace, requireRoomForWorkspace } from "@/lib/server/workspaces/create-workspace";

export const POST = withAccount({ body: createWorkspaceInput }, async ({ session, body, origin }) => {
  const owner = { id: session.userId, name: session.userName };
  const workspace = await db().$transaction(async (transaction) => {
    await requireRoomForWorkspace(transaction, owner.id);
    return createWorkspace(transaction, owner, body.name, origin);
  });
  return created({ workspaceSlug: workspace.slug } satisfies JoinedWorkspace);
});
