import { cookies } from "next/headers";
import { secondStepInput } from "@/lib/contracts/account-input";
import { ok } from "@/lib/server/http/json-response";
import { sessionCookieName, sessionCookieOptions } from "@/lib/server/http/session-cookie";
import { withAccount } from "@/lib/server/http/with-account";
import { passSecondStep } from "@/lib/server/second-factors/pass-second-step";

export const POST = withAccount(
  { secondStep: true, body: secondStepInput },
  async ({ session, token, body, origin }) => {
    const renewed = await passSecondStep(session, token, body, origin);
    (await cookies()).set(sessionCookieName(), renewed, sessionCookieOptions(session.expiresAt));
    return ok({});
  },
);
