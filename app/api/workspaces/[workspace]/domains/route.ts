import { addDomainInput } from "@/lib/contracts/single-sign-on-input";
import { addDomain, listDomains } from "@/lib/server/accounts/single-sign-on/manage-domains";
import { created, ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";

const permission = "workspace.single_sign_on";

export const GET = withMember({ permission }, async ({ actor }) => ok(await listDomains(actor.workspaceId)));

export const POST = withMember(
  { permission, recentAuthentication: true, body: addDomainInput },
  async ({ actor, body }) => created(await addDomain(actor, body.domain)),
);
