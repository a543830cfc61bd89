import { AppError, invalidField } from "@/lib/contracts/app-error";
import type { SystemActor } from "../actor";
import { apiKeyJson, newApiKeyJson, receiptJson } from "../key-api/api-key-json";
import {
  changeOf,
  creationOf,
  idempotencyKeyOf,
  keyResponse,
  renameFields,
  revoked,
  rotatedJson,
  rotationOf,
} from "../key-api/api-keys";
import { changeApiKey } from "../keys/change-api-key";
import { createApiKeyOnce } from "../keys/idempotent-creation";
import { listApiKeyPage } from "../keys/list-api-key-page";
import { rotateApiKey } from "../keys/rotate-api-key";
import { cancelRotation, moveOverlap } from "../keys/rotation";
import { db } from "../runtime";
import { findNamedMember } from "../workspaces/members/operate-service-members";
import type { ServiceRouteHandler } from "./service-request";
import { readNamed, requireServiceWorkspace } from "./service-workspace";

/** POST /api/v1/workspaces/{workspace}/api-keys. */
export const createWorkspaceApiKey: ServiceRouteHandler<"createWorkspaceApiKey"> = async (incoming) => {
  const { actor } = await requireServiceWorkspace(incoming);
  const { owner, metadata, notes } = incoming.body;
  const ownerId = await requireOwner(actor, owner);
  const input = { ...creationOf(incoming.body), metadata, notes };
  const { key, secret, ownerName } = await createApiKeyOnce(
    actor,
    input,
    idempotencyKeyOf(incoming.request),
    ownerId,
  ).catch(renameFields);
  return newApiKeyJson(key, ownerName, secret);
};

export const listWorkspaceApiKeys: ServiceRouteHandler<"listWorkspaceApiKeys"> = async (incoming) => {
  const { actor } = await requireServiceWorkspace(incoming);
  const { status, limit, offset, owner } = incoming.query;
  // Otherwise a mistake of a backend would show one user everyone's keys.
  if (new URL(incoming.request.url).searchParams.get("owner") === "")
    throw invalidField("owner", "Enter a member.");
  const ownerId = owner === undefined ? null : await requireOwner(actor, owner);
  const { keys, total } = await listApiKeyPage(actor, { status, limit, offset, ownerId });
  return { keys: keys.map(apiKeyJson), total, limit, offset };
};

export const getWorkspaceApiKey: ServiceRouteHandler<"getWorkspaceApiKey"> = async (incoming) => {
  const { actor } = await requireServiceWorkspace(incoming);
  return keyResponse(actor, keyIdOf(incoming.params));
};

export const updateWorkspaceApiKey: ServiceRouteHandler<"updateWorkspaceApiKey"> = async (incoming) => {
  const { actor } = await requireServiceWorkspace(incoming);
  const keyId = keyIdOf(incoming.params);
  const change = { ...changeOf(incoming.body), metadata: incoming.body.metadata };
  await changeApiKey(actor, keyId, change).catch(renameFields);
  return keyResponse(actor, keyId);
};

export const revokeWorkspaceApiKey: ServiceRouteHandler<"revokeWorkspaceApiKey"> = async (incoming) => {
  const { actor } = await requireServiceWorkspace(incoming);
  return revoked(actor, keyIdOf(incoming.params), incoming.query.with_created_keys === "1");
};

export const rotateWorkspaceApiKey: ServiceRouteHandler<"rotateWorkspaceApiKey"> = async (incoming) => {
  const { actor } = await requireServiceWorkspace(incoming);
  const input = rotationOf(incoming.body);
  const idempotencyKey = idempotencyKeyOf(incoming.request);
  return rotatedJson(
    await rotateApiKey(actor, keyIdOf(incoming.params), input, idempotencyKey).catch(renameFields),
  );
};

export const moveWorkspaceApiKeyOverlap: ServiceRouteHandler<"moveWorkspaceApiKeyOverlap"> = async (
  incoming,
) => {
  const { actor } = await requireServiceWorkspace(incoming);
  const keyId = keyIdOf(incoming.params);
  await moveOverlap(actor, keyId, incoming.body.overlap_seconds);
  return keyResponse(actor, keyId);
};

export const cancelWorkspaceApiKeyRotation: ServiceRouteHandler<"cancelWorkspaceApiKeyRotation"> = async (
  incoming,
) => {
  const { actor } = await requireServiceWorkspace(incoming);
  const keyId = keyIdOf(incoming.params);
  const { successorId, rejectedEverywhere } = await cancelRotation(
    actor,
    keyId,
    incoming.query.force === "1",
  );
  return {
    ...(await keyResponse(actor, keyId)),
    revoked_key_id: successorId,
    rejected_everywhere: receiptJson(rejectedEverywhere),
  };
};

/** PostgreSQL can't store everything that a path can contain. */
function keyIdOf({ key_id: keyId = "" }: Record<string, string>): string {
  if (!/^\w{1,64}$/.test(keyId)) throw new AppError("not_found", "API key not found.");
  return keyId;
}

/** The named member, or else the first owner, or else the oldest member. */
async function requireOwner({ workspaceId }: SystemActor, named: string | undefined): Promise<string> {
  if (named !== undefined) {
    const member = await findNamedMember(workspaceId, readNamed(named));
    if (!member) throw invalidField("owner", "This is not a member of the workspace.");
    return member.userId;
  }
  const oldest = { where: { workspaceId, suspendedAt: null }, orderBy: { createdAt: "asc" } } as const;
  const member =
    (await db().member.findFirst({ ...oldest, where: { ...oldest.where, role: "owner" } })) ??
    (await db().member.findFirst(oldest));
  if (!member) throw invalidField("owner", "The workspace has no members. Create one first.");
  return member.userId;
}
