import { signOut } from "@/lib/server/auth/next-auth";
import { ok } from "@/lib/server/http/json-response";
import { withVisitor } from "@/lib/server/http/with-account";

export const POST = withVisitor({}, async () => {
  await signOut({ redirect: false });
  return ok({});
});
