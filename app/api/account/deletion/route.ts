import { cookies } from "next/headers";
import { deleteAccountInput } from "@/lib/contracts/account-input";
import { deleteAccount } from "@/lib/server/accounts/users/delete-account";
import { previewDeletion } from "@/lib/server/accounts/users/deletion-effects";
import { ok } from "@/lib/server/http/json-response";
import { sessionCookieName, sessionCookieOptions } from "@/lib/server/http/session-cookie";
import { withAccount } from "@/lib/server/http/with-account";

export const GET = withAccount({}, async ({ session }) => ok(await previewDeletion(session)));

export const POST = withAccount(
  { body: deleteAccountInput, recentAuthentication: true },
  async ({ session, body, origin }) => {
    await deleteAccount(session, body, origin);
    (await cookies()).set(sessionCookieName(), "", sessionCookieOptions(new Date(0)));
    return ok({});
  },
);
