import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { findSessionEnds } from "@/lib/server/sessions/manage-sessions";

/** Asked in the background it extends nothing, as every route. */
export const GET = withAccount({}, async ({ session }) => ok(await findSessionEnds(session)));

/** The person is still there: asking is what extends the session. */
export const POST = withAccount({}, async ({ session }) => ok(await findSessionEnds(session)));
