import { usageRecordInput } from "@/lib/contracts/quota-input";
import { readBody } from "../http/read-body";
import { refuseSecret } from "../keys/refuse-secret";
import { recordUsage } from "../quotas/record-usage";
import type { ServiceRouteHandler } from "./service-request";
import { requireServiceToken } from "./service-token";

/** POST /api/v1/usage-records: what people used in an application, of the same quotas that keys use. */
export const addUsageRecord: ServiceRouteHandler = async ({ request, server }) => {
  requireServiceToken(request.headers.get("authorization"), server.env.serviceTokens);
  const input = await readBody(request, usageRecordInput);
  refuseSecret("idempotency_key", input.idempotency_key);
  return Response.json(await recordUsage(input));
};
