import type { SignedUp } from "@/lib/contracts/account";
import { signUpInput } from "@/lib/contracts/account-input";
import { signUp } from "@/lib/server/accounts/users/sign-up";
import { created } from "@/lib/server/http/json-response";
import { publicRoute } from "@/lib/server/http/with-account";

export const POST = publicRoute({ body: signUpInput }, async ({ body, origin }) => {
  const { workspace } = await signUp(body, origin);
  return created({ workspaceSlug: workspace.slug } satisfies SignedUp);
});
