import { cookies } from "next/headers";
import { deleteAccountInput } from "@/lib/contracts/account-input";
import { sessionCookieName, sessionCookieOptions } from "@/lib/server/auth/session-cookie";
import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { previewDeletion } from "@/lib/server/users/belongings";
import { deleteAccount } from "@/lib/server/users/delete-account";

export const GET = withAccount({}, async ({ session }) => ok(await previewDeletion(session)));

export const POST = withAccount(
  { body: deleteAccountInput, recentAuthentication: true },
  async ({ session, body, origin }) => {
    await deleteAccount(session, body, origin);
    (await cookies()).set(sessionCookieName(), "", sessionCookieOptions(new Date(0)));
    return ok({});
  },
);
