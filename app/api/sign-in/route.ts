import { cookies } from "next/headers";
import type { SignedIn } from "@/lib/contracts/account";
import { signInInput } from "@/lib/contracts/account-input";
import { signInWithPassword } from "@/lib/server/auth/next-auth";
import { ok } from "@/lib/server/http/json-response";
import { sessionCookieName } from "@/lib/server/http/session-cookie";
import { publicRoute } from "@/lib/server/http/with-account";
import { findSession } from "@/lib/server/sessions/session-store";

export const POST = publicRoute({ body: signInInput }, async ({ body }) => {
  await signInWithPassword(body.email, body.password);
  // Read the cookie that was just set, because next-auth doesn't return the new session.
  const token = (await cookies()).get(sessionCookieName())?.value;
  const session = token ? await findSession(token, false) : null;
  return ok({ next: session?.needsSecondFactor ? "/sign-in/verify" : null } satisfies SignedIn);
});
