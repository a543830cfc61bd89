import { AppError, invalidField } from "@/lib/contracts/app-error";
import type { WorkspaceAnswer } from "@/lib/contracts/http-api/workspaces";
import type { KeyPolicy } from "@/lib/contracts/key-policy";
import type { PutWorkspaceInput } from "@/lib/contracts/quota-input";
import { type SystemActor, serviceActor } from "../actor";
import type { Workspace } from "../generated/prisma/client";
import { isUniqueViolation } from "../is-unique-violation";
import { setKeyPolicy } from "../keys/key-policy";
import { readQuotas, setQuotas } from "../quotas/set-quotas";
import { db } from "../runtime";
import { createServiceWorkspace } from "../workspaces/create-workspace";
import {
  updateWorkspace as rename,
  setApiAccess,
  setExternalId,
  setRequestsPerMinute,
} from "../workspaces/workspace-settings";
import { keyPolicyJson, keyPolicyOf } from "./key-policy-json";
import { Created, type ServiceRouteHandler } from "./service-request";
import {
  findWorkspace,
  readNamedSegment,
  requireServiceWorkspace,
  requireUnbound,
} from "./service-workspace";

/** GET /api/v1/workspaces, by id. */
export const listWorkspaces: ServiceRouteHandler<"listWorkspaces"> = async ({ query, token }) => {
  const { external_id: externalId, limit, cursor } = query;
  const rows = await db().workspace.findMany({
    where: {
      AND: [
        token.workspaceId === null ? {} : { id: token.workspaceId },
        externalId === undefined ? {} : { externalId },
        cursor === undefined ? {} : { id: { gt: cursor } },
      ],
    },
    orderBy: { id: "asc" },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  return {
    workspaces: await Promise.all(page.map(workspaceJson)),
    next_cursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
};

export const getWorkspace: ServiceRouteHandler<"getWorkspace"> = async (request) =>
  workspaceJson((await requireServiceWorkspace(request)).workspace);

/** PUT /api/v1/workspaces/{workspace}: changes a workspace, or creates one with this external id. */
export const updateWorkspace: ServiceRouteHandler<"updateWorkspace"> = async (request) => {
  const { body, params, token, requestId } = request;
  const { name, key_policy, ...restricted } = body;
  if (Object.values(restricted).some((value) => value !== undefined)) requireUnbound(token);
  const named = readNamedSegment(params.workspace_id ?? "");
  const found = await findWorkspace(named, token);
  if (found) {
    await change(serviceActor(found.id, token.label, requestId), body);
    return workspaceJson(await reread(found));
  }
  if (!named || !("externalId" in named) || name === undefined || token.workspaceId !== null)
    throw new AppError("not_found", "Workspace not found.");
  if (body.external_id !== undefined && body.external_id !== named.externalId)
    throw invalidField("external_id", "The path names another external id.");
  const made = await createServiceWorkspace(name, named.externalId, token.label, requestId).catch((error) => {
    if (isUniqueViolation(error)) return null;
    throw error;
  });
  // Someone else created it at the same time.
  if (!made) return updateWorkspace(request);
  await change(serviceActor(made.id, token.label, requestId), { ...body, name: undefined });
  return new Created(await workspaceJson(await reread(made)));
};

/**
 * The external id and quotas first, because only they can be rejected. API access last, so that limits are in place when keys
 * start to work.
 */
async function change(actor: SystemActor, input: PutWorkspaceInput): Promise<void> {
  const { name, external_id: externalId, quotas } = input;
  const { requests_per_minute: requestsPerMinute, api_access: apiAccess } = input;
  if (externalId !== undefined) await setExternalId(actor, externalId);
  if (quotas)
    await setQuotas(actor, () => quotas.map(({ key_id, ...quota }) => ({ ...quota, keyId: key_id ?? null })));
  if (input.key_policy !== undefined)
    await setKeyPolicy(actor, input.key_policy === null ? null : keyPolicyOf(input.key_policy));
  if (name !== undefined) await rename(actor, { name });
  if (requestsPerMinute !== undefined) await setRequestsPerMinute(actor, requestsPerMinute);
  if (apiAccess !== undefined) await setApiAccess(actor, apiAccess);
}

async function reread({ id }: Workspace): Promise<Workspace> {
  const workspace = await db().workspace.findUnique({ where: { id } });
  if (!workspace) throw new AppError("not_found", "Workspace not found.");
  return workspace;
}

async function workspaceJson(workspace: Workspace): Promise<WorkspaceAnswer> {
  return {
    workspace_id: workspace.id,
    external_id: workspace.externalId,
    slug: workspace.slug,
    name: workspace.name,
    api_access: workspace.apiAccess,
    requests_per_minute: workspace.requestsPerMinute,
    key_policy: keyPolicyJson(workspace.keyPolicy as KeyPolicy | null),
    quotas: (await readQuotas(db(), workspace.id)).map(({ keyId, meter, limit, period }) => ({
      meter,
      limit,
      period,
      ...(keyId && { key_id: keyId }),
    })),
  };
}
