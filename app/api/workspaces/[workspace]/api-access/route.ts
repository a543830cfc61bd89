import { setApiAccessInput } from "@/lib/contracts/workspace-input";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { setApiAccess } from "@/lib/server/workspaces/set-api-access";
import { getWorkspace } from "@/lib/server/workspaces/workspace-view";

export const PUT = withMember(
  { permission: "workspace.api_access", recentAuthentication: true, body: setApiAccessInput },
  async ({ actor, body }) => {
    await setApiAccess(actor, body.enabled);
    return ok(await getWorkspace(actor));
  },
);
