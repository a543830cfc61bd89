import { refuseSecret } from "../keys/refuse-secret";
import { recordUsage as countUsage } from "../quotas/record-usage";
import type { ServiceRouteHandler } from "./service-request";

/** POST /api/v1/usage-records: counts usage from an application against the quotas that keys also use. */
export const recordUsage: ServiceRouteHandler<"recordUsage"> = async ({ body }) => {
  refuseSecret("idempotency_key", body.idempotency_key);
  return countUsage(body);
};
