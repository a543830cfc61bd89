import { previewLimitsInput } from "@/lib/contracts/api-key-input";
import { ok } from "@/lib/server/http/json-response";
import { withMember } from "@/lib/server/http/with-member";
import { previewLimits } from "@/lib/server/keys/preview-limits";

export const POST = withMember(
  { permission: "access_log.read_own", apiAccess: true, body: previewLimitsInput },
  async ({ actor, params, body }) => ok(await previewLimits(actor, params.keyId ?? "", body)),
);
