import { listAccountActivity } from "@/lib/server/audit/list-audit-events";
import { ok } from "@/lib/server/http/json-response";
import { withAccount } from "@/lib/server/http/with-account";

export const GET = withAccount({}, async ({ session }) =>
  ok({ events: await listAccountActivity(session.userId) }),
);
