import { setKeyPolicyInput } from "@/lib/contracts/key-policy-input";
import { ok } from "@/lib/server/http/json-response";
import { readUnmetKeys } from "@/lib/server/http/member-reads";
import { answerMember, withMember } from "@/lib/server/http/with-member";
import { setKeyPolicy } from "@/lib/server/keys/key-policy";
import { getWorkspace } from "@/lib/server/workspaces/workspace-view";

/** The keys that don't meet the policy. */
export const GET = answerMember(readUnmetKeys);

export const PUT = withMember(
  { permission: "workspace.key_policy", recentAuthentication: true, body: setKeyPolicyInput },
  async ({ actor, body }) => {
    await setKeyPolicy(actor, body.policy);
    return ok(await getWorkspace(actor));
  },
);
