import { refuseSecret } from "../keys/refuse-secret";
import { recordUsage as countUsage } from "../quotas/record-usage";
import type { ServiceRouteHandler } from "./service-request";

/** POST /api/v1/usage-records: what people used in an application, of the same quotas that keys use. */
export const recordUsage: ServiceRouteHandler<"recordUsage"> = async ({ body }) => {
  refuseSecret("idempotency_key", body.idempotency_key);
  return countUsage(body);
};
