import { AppError } from "@/lib/contracts/app-error";
import type { PutWorkspaceInput } from "@/lib/contracts/quota-input";
import { type SystemActor, systemActor } from "../actor";
import { readQuotas, setQuotas } from "../quotas/set-quotas";
import { db } from "../runtime";
import { setApiAccess, setRequestsPerMinute } from "../workspaces/workspace-settings";
import type { ServiceRouteHandler } from "./service-request";

/** PUT /api/v1/workspaces/{id}: sets a workspace's plan (docs/http-api.md, 6.1). Omitted fields stay. */
export const updateWorkspace: ServiceRouteHandler<"updateWorkspace"> = async ({
  body,
  requestId,
  params,
}) => {
  const id = params.workspace_id ?? "";
  if (!(await findWorkspace(id))) throw new AppError("not_found", "Workspace not found.");
  const actor = systemActor(id, "Service");
  await change({ ...actor, origin: { ...actor.origin, requestId } }, body);
  const workspace = await findWorkspace(id);
  if (!workspace) throw new AppError("not_found", "Workspace not found.");
  return {
    workspace_id: id,
    slug: workspace.slug,
    name: workspace.name,
    api_access: workspace.apiAccess,
    requests_per_minute: workspace.requestsPerMinute,
    quotas: (await readQuotas(db(), id)).map(({ keyId, meter, limit, period }) => ({
      meter,
      limit,
      period,
      ...(keyId && { key_id: keyId }),
    })),
  };
};

/** Anything but word characters isn't an id, and PostgreSQL might not even be able to store it. */
function findWorkspace(id: string) {
  return /^[\w-]{1,64}$/.test(id) ? db().workspace.findUnique({ where: { id } }) : null;
}

/** Quotas first, because only they can be rejected. API access last, so that limits are in place when keys start to work. */
async function change(actor: SystemActor, input: PutWorkspaceInput): Promise<void> {
  const { quotas, requests_per_minute: requestsPerMinute, api_access: apiAccess } = input;
  if (quotas)
    await setQuotas(actor, () => quotas.map(({ key_id, ...quota }) => ({ ...quota, keyId: key_id ?? null })));
  if (requestsPerMinute !== undefined) await setRequestsPerMinute(actor, requestsPerMinute);
  if (apiAccess !== undefined) await setApiAccess(actor, apiAccess);
}
