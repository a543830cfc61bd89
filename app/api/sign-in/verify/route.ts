import { cookies } from "next/headers";
import { secondFactorInput } from "@/lib/contracts/account-input";
import { ok } from "@/lib/server/http/json-response";
import { sessionCookieName, sessionCookieOptions } from "@/lib/server/http/session-cookie";
import { withAccount } from "@/lib/server/http/with-account";
import { completeSecondFactor } from "@/lib/server/second-factors/complete-second-factor";

export const POST = withAccount(
  { secondStep: true, body: secondFactorInput },
  async ({ session, token, body, origin }) => {
    const renewed = await completeSecondFactor(session, token, body, origin);
    (await cookies()).set(sessionCookieName(), renewed, sessionCookieOptions(session.expiresAt));
    return ok({});
  },
);
