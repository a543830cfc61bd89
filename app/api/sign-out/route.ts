import { endSessionOf, signOut } from "@/lib/server/auth/next-auth";
import { ok } from "@/lib/server/http/json-response";
import { findSignedIn, publicRoute, requirePageUser } from "@/lib/server/http/with-account";

export const POST = publicRoute({}, async ({ request }) => {
  const session = await findSignedIn(request);
  if (session) requirePageUser(request, session);
  await endSessionOf(request);
  await signOut({ redirect: false });
  return ok({});
});
