import { providerVisitInput } from "@/lib/contracts/identity-provider-input";
import { beginProviderVisit } from "@/lib/server/auth/begin-provider-visit";
import { ok } from "@/lib/server/http/json-response";
import { withVisitor } from "@/lib/server/http/with-account";

export const POST = withVisitor({ body: providerVisitInput }, async ({ params, body }) =>
  ok(await beginProviderVisit("sign_in", params.provider ?? "", null, body.callbackUrl)),
);
