import { providerVisitInput } from "@/lib/contracts/identity-provider-input";
import { redirectToProvider } from "@/lib/server/auth/redirect-to-provider";
import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { requireConfirmingProvider } from "@/lib/server/sessions/confirm-with-identity";

export const POST = withAccount({ body: providerVisitInput }, async ({ session, params, body }) => {
  await requireConfirmingProvider(session.userId, params.provider ?? "");
  return ok(await redirectToProvider("confirm", params.provider ?? "", session, body.callbackUrl));
});
