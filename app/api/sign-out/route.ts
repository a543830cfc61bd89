import { endSessionOf, signOut } from "@/lib/server/auth/next-auth";
import { ok } from "@/lib/server/http/json-response";
import { withVisitor } from "@/lib/server/http/with-account";

export const POST = withVisitor({}, async ({ request }) => {
  await endSessionOf(request);
  await signOut({ redirect: false });
  return ok({});
});
