import { verifyDomain } from "@/lib/server/accounts/single-sign-on/manage-domains";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";

export const POST = withMember(
  { permission: "workspace.single_sign_on", recentAuthentication: true },
  async ({ actor, params }) => ok(await verifyDomain(actor, params.domainId ?? "")),
);
