import type { Operation } from "@/lib/contracts/http-api/operation";
import { serviceOperations } from "@/lib/contracts/http-api/service-operations";
import { parseInput, readBody, readForm, readQuery } from "../http/read-body";
import { routesOf } from "../http/routes";
import {
  cancelWorkspaceApiKeyRotation,
  createWorkspaceApiKey,
  getWorkspaceApiKey,
  listWorkspaceApiKeys,
  moveWorkspaceApiKeyOverlap,
  revokeWorkspaceApiKey,
  rotateWorkspaceApiKey,
  updateWorkspaceApiKey,
} from "./api-keys";
import {
  createWorkspaceEventSubscription,
  deleteWorkspaceEventSubscription,
  getWorkspaceDelivery,
  getWorkspaceEventSubscription,
  listWorkspaceDeliveries,
  listWorkspaceEventSubscriptions,
  replayWorkspaceEvents,
  retryWorkspaceDelivery,
  sendEvent,
  testWorkspaceEventSubscription,
  updateWorkspaceEventSubscription,
} from "./events";
import { importWorkspaceApiKeys } from "./import-api-keys";
import { introspectToken } from "./introspect";
import { putMember, removeMember } from "./members";
import { getPermissions, replacePermissions } from "./permissions";
import {
  Created,
  type ServiceOperationId,
  type ServiceRequest,
  type ServiceRouteHandler,
} from "./service-request";
import { requireServiceToken } from "./service-token";
import { recordUsage } from "./usage-records";
import { verifyKey } from "./verify";
import { verifyKeyForUnkey } from "./verify-unkey";
import { getWorkspace, listWorkspaces, updateWorkspace } from "./workspaces";

const handlers: { [Id in ServiceOperationId]: ServiceRouteHandler<Id> } = {
  verifyKey,
  introspectToken,
  verifyKeyForUnkey,
  recordUsage,
  updateWorkspace,
  listWorkspaces,
  getWorkspace,
  putMember,
  removeMember,
  createWorkspaceApiKey,
  listWorkspaceApiKeys,
  getWorkspaceApiKey,
  importWorkspaceApiKeys,
  updateWorkspaceApiKey,
  revokeWorkspaceApiKey,
  rotateWorkspaceApiKey,
  moveWorkspaceApiKeyOverlap,
  cancelWorkspaceApiKeyRotation,
  getPermissions,
  replacePermissions,
  sendEvent,
  createWorkspaceEventSubscription,
  listWorkspaceEventSubscriptions,
  getWorkspaceEventSubscription,
  updateWorkspaceEventSubscription,
  deleteWorkspaceEventSubscription,
  testWorkspaceEventSubscription,
  replayWorkspaceEvents,
  listWorkspaceDeliveries,
  getWorkspaceDelivery,
  retryWorkspaceDelivery,
};

/** All routes for service tokens, with or without a trailing slash. */
export const serviceRoutes = routesOf<ServiceOperationId>(serviceOperations);

/** Whether a path belongs to the service API, even if no route exists. */
export function isServicePath(path: string): boolean {
  return /^\/(api\/v1|oauth|v2)(\/|$)/.test(path);
}

/**
 * Checks the service token, parses the body with the operation's schema and calls its handler. The body is read only after the
 * token was accepted, so that a wrong token reveals nothing about the key in the body.
 */
export async function answerServiceOperation(
  id: ServiceOperationId,
  request: Request,
  context: Omit<ServiceRequest, "token" | "request">,
): Promise<Response> {
  const operation: Operation = serviceOperations[id];
  const allowsBasic = operation.access === "service_token_or_basic";
  const token = requireServiceToken(
    request.headers.get("authorization"),
    context.server.env.serviceTokens,
    allowsBasic,
  );
  context.server.serviceTokenUses.note(token);
  const query = operation.query ? readQuery(new URL(request.url), operation.query) : null;
  const body = await bodyOf(operation, request);
  // The type of `handlers` pairs each operation with a handler for its schemas.
  const handle = handlers[id] as (
    request: ServiceRequest & { query: unknown; body: unknown },
  ) => Promise<unknown>;
  const answer = await handle({ ...context, token, request, query, body });
  if (answer instanceof Created) return Response.json(answer.answer, { status: 201 });
  const { status = 200 } = operation;
  return operation.answer === null ? new Response(null, { status }) : Response.json(answer, { status });
}

async function bodyOf({ body, bodyType, bodyMayHoldKeys = false }: Operation, request: Request) {
  // Handlers read lines as they arrive.
  if (!body || bodyType === "application/x-ndjson") return null;
  if (bodyType === "application/x-www-form-urlencoded") return parseInput(await readForm(request), body);
  return readBody(request, body, { mayHoldKeys: bodyMayHoldKeys });
}
