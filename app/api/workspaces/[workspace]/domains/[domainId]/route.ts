import { changeDomainInput } from "@/lib/contracts/single-sign-on-input";
import { changeDomain, removeDomain } from "@/lib/server/accounts/single-sign-on/manage-domains";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";

const permission = "workspace.single_sign_on";

export const PATCH = withMember(
  { permission, recentAuthentication: true, body: changeDomainInput },
  async ({ actor, params, body }) => ok(await changeDomain(actor, params.domainId ?? "", body)),
);

export const DELETE = withMember({ permission, recentAuthentication: true }, async ({ actor, params }) => {
  await removeDomain(actor, params.domainId ?? "");
  return ok({});
});
