import { cookies } from "next/headers";
import { joinWithNewAccountInput } from "@/lib/contracts/invitation-input";
import type { JoinedWorkspace } from "@/lib/contracts/invitations";
import { joinWithNewAccount } from "@/lib/server/accounts/users/join-with-new-account";
import { recognizeDevice } from "@/lib/server/auth/device-cookie";
import { created } from "@/lib/server/http/json-response";
import { readSessionToken, sessionCookieName, sessionCookieOptions } from "@/lib/server/http/session-cookie";
import { publicRoute } from "@/lib/server/http/with-account";
import { recordSignInAttempt } from "@/lib/server/logs/record-sign-in-attempt";
import { beginSession } from "@/lib/server/sessions/begin-session";

export const POST = publicRoute({ body: joinWithNewAccountInput }, async ({ request, body, origin }) => {
  const { user, workspace } = await joinWithNewAccount(body, origin);
  await recordSignInAttempt(user, "signed_in", origin);
  const previous = readSessionToken(request.headers.get("cookie"));
  const begun = await beginSession(user.id, origin, previous, { by: "password", at: "now" });
  (await cookies()).set(sessionCookieName(), begun.token, sessionCookieOptions(begun.expiresAt));
  await recognizeDevice(user.id, origin);
  return created({ workspaceSlug: workspace.slug } satisfies JoinedWorkspace);
});
