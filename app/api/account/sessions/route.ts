import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";
import { listSessions } from "@/lib/server/sessions/manage-sessions";

export const GET = withAccount({}, async ({ session }) => ok({ sessions: await listSessions(session) }));
