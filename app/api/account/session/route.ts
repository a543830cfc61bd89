import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { findSessionEnds } from "@/lib/server/sessions/manage-sessions";

/** Like every route, it doesn't extend the session when requested in the background. */
export const GET = withAccount({}, async ({ session }) => ok(await findSessionEnds(session)));

/** Extends the session, because the person confirmed that they are still there. */
export const POST = withAccount({}, async ({ session }) => ok(await findSessionEnds(session)));
