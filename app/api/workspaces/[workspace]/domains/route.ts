import { addDomainInput } from "@/lib/contracts/single-sign-on-input";
import { addDomain } from "@/lib/server/accounts/single-sign-on/manage-domains";
import { created } from "@/lib/server/http/json-response";
import { readDomainList } from "@/lib/server/http/member-reads";
import { answerMember, withMember } from "@/lib/server/http/with-member";

const permission = "workspace.single_sign_on";

export const GET = answerMember(readDomainList);

export const POST = withMember(
  { permission, recentAuthentication: true, body: addDomainInput },
  async ({ actor, body }) => created(await addDomain(actor, body.domain)),
);
