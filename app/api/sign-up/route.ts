import type { SignedUp } from "@/lib/contracts/account";
import { signUpInput } from "@/lib/contracts/account-input";
import { created } from "@/lib/server/http/json-response";
import { withVisitor } from "@/lib/server/http/with-account";
import { signUp } from "@/lib/server/users/sign-up";

export const POST = withVisitor({ body: signUpInput }, async ({ body, origin }) => {
  const { workspace } = await signUp(body, origin);
  return created({ workspaceSlug: workspace.slug } satisfies SignedUp);
});
