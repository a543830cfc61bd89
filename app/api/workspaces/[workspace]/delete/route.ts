import { deleteWorkspaceInput } from "@/lib/contracts/workspace-input";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { deleteWorkspace } from "@/lib/server/workspaces/delete-workspace";

export const POST = withMember(
  { permission: "workspace.delete", recentAuthentication: true, body: deleteWorkspaceInput },
  async ({ actor, body }) => {
    await deleteWorkspace(actor, body.slug);
    return ok({});
  },
);
