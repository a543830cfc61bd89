import { signInInput } from "@/lib/contracts/account-input";
import { signInWithPassword } from "@/lib/server/auth/next-auth";
import { ok } from "@/lib/server/http/json-response";
import { withVisitor } from "@/lib/server/http/with-account";

export const POST = withVisitor({ body: signInInput }, async ({ body }) => {
  await signInWithPassword(body.email, body.password);
  return ok({});
});
