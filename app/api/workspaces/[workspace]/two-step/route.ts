import { setRequireTwoStepInput } from "@/lib/contracts/workspace-input";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { setRequireTwoStep } from "@/lib/server/workspaces/workspace-settings";
import { getWorkspace } from "@/lib/server/workspaces/workspace-view";

export const PUT = withMember(
  { permission: "workspace.require_two_step", recentAuthentication: true, body: setRequireTwoStepInput },
  async ({ actor, body }) => {
    await setRequireTwoStep(actor, body.required);
    return ok(await getWorkspace(actor));
  },
);
