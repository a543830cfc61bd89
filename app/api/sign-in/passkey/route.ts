import { cookies } from "next/headers";
import { passkeyAssertionInput } from "@/lib/contracts/passkey-input";
import { recognizeDevice } from "@/lib/server/auth/device-cookie";
import { takePasskeyCookie } from "@/lib/server/auth/passkey-cookie";
import { ok } from "@/lib/server/http/json-response";
import { readSessionToken, sessionCookieName, sessionCookieOptions } from "@/lib/server/http/session-cookie";
import { publicRoute } from "@/lib/server/http/with-account";
import { checkPasskeySignIn } from "@/lib/server/second-factors/use-passkey";
import { beginSession } from "@/lib/server/sessions/begin-session";

export const POST = publicRoute({ body: passkeyAssertionInput }, async ({ request, body, origin }) => {
  const userId = await checkPasskeySignIn(body, await takePasskeyCookie(), origin);
  const previous = readSessionToken(request.headers.get("cookie"));
  const { token, expiresAt } = await beginSession(userId, origin, previous, { by: "passkey", at: "now" });
  await recognizeDevice(userId, origin);
  (await cookies()).set(sessionCookieName(), token, sessionCookieOptions(expiresAt));
  return ok({});
});
