import { providerVisitInput } from "@/lib/contracts/identity-provider-input";
import { redirectToProvider } from "@/lib/server/auth/redirect-to-provider";
import { ok } from "@/lib/server/http/json-response";
import { publicRoute } from "@/lib/server/http/with-account";

export const POST = publicRoute({ body: providerVisitInput }, async ({ params, body }) =>
  ok(await redirectToProvider("sign_in", params.provider ?? "", null, body.callbackUrl)),
);
