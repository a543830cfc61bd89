import { providerVisitInput } from "@/lib/contracts/identity-provider-input";
import { beginProviderVisit } from "@/lib/server/auth/begin-provider-visit";
import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { requireConfirmingProvider } from "@/lib/server/sessions/confirm-with-identity";

export const POST = withAccount({ body: providerVisitInput }, async ({ session, params, body }) => {
  await requireConfirmingProvider(session.userId, params.provider ?? "");
  return ok(await beginProviderVisit("confirm", params.provider ?? "", session, body.callbackUrl));
});
