import { updateWorkspaceInput } from "@/lib/contracts/workspace-input";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { updateWorkspace } from "@/lib/server/workspaces/workspace-settings";
import { getWorkspace } from "@/lib/server/workspaces/workspace-view";

export const GET = withMember({ permission: "workspace.read" }, async ({ actor }) =>
  ok(await getWorkspace(actor)),
);

export const PATCH = withMember(
  { permission: "workspace.update", body: updateWorkspaceInput },
  async ({ actor, body }) => {
    await updateWorkspace(actor, body);
    return ok(await getWorkspace(actor));
  },
);
