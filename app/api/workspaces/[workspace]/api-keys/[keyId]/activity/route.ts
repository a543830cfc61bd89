import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { getKeyActivity } from "@/lib/server/keys/key-activity";

export const GET = withMember(
  { permission: "access_log.read_own", apiAccess: true },
  async ({ actor, params }) => ok(await getKeyActivity(actor, params.keyId ?? "")),
);
