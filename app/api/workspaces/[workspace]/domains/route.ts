import { addDomainInput } from "@/lib/contracts/single-sign-on-input";
import { created, ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { addDomain, listDomains } from "@/lib/server/single-sign-on/manage-domains";

const permission = "workspace.single_sign_on";

export const GET = withMember({ permission }, async ({ actor }) => ok(await listDomains(actor.workspaceId)));

export const POST = withMember(
  { permission, recentAuthentication: true, body: addDomainInput },
  async ({ actor, body }) => created(await addDomain(actor, body.domain)),
);
