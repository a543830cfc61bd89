import { setApiAccessInput } from "@/lib/contracts/workspace-input";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { findApiAccessUse } from "@/lib/server/workspaces/api-access-use";
import { setApiAccess } from "@/lib/server/workspaces/workspace-settings";
import { getWorkspace } from "@/lib/server/workspaces/workspace-view";

export const GET = withMember({ permission: "workspace.api_access" }, async ({ actor }) =>
  ok(await findApiAccessUse(actor)),
);

export const PUT = withMember(
  { permission: "workspace.api_access", recentAuthentication: true, body: setApiAccessInput },
  async ({ actor, body }) => {
    await setApiAccess(actor, body.enabled);
    return ok(await getWorkspace(actor));
  },
);
