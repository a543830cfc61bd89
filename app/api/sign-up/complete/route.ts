import type { SignedUp } from "@/lib/contracts/account";
import { linkWithPasswordInput } from "@/lib/contracts/account-input";
import { completeSignUp } from "@/lib/server/accounts/users/sign-up-by-mail";
import { created } from "@/lib/server/http/json-response";
import { publicRoute } from "@/lib/server/http/with-account";

export const POST = publicRoute({ body: linkWithPasswordInput }, async ({ body, origin }) => {
  const { workspace } = await completeSignUp(body.token, body.password, origin);
  return created({ workspaceSlug: workspace.slug } satisfies SignedUp);
});
