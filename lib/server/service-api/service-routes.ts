import type { Operation } from "@/lib/contracts/http-api/operation";
import { serviceOperations } from "@/lib/contracts/http-api/service-operations";
import { parseInput, readBody, readForm } from "../http/read-body";
import { routesOf } from "../http/routes";
import { introspectToken } from "./introspect";
import { getPermissions, replacePermissions } from "./permissions";
import { updateWorkspace } from "./put-workspace";
import type { ServiceOperationId, ServiceRequest, ServiceRouteHandler } from "./service-request";
import { requireServiceToken } from "./service-token";
import { recordUsage } from "./usage-records";
import { verifyKey } from "./verify";
import { verifyKeyForUnkey } from "./verify-unkey";

const handlers: { [Id in ServiceOperationId]: ServiceRouteHandler<Id> } = {
  verifyKey,
  introspectToken,
  verifyKeyForUnkey,
  recordUsage,
  updateWorkspace,
  getPermissions,
  replacePermissions,
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
  context: ServiceRequest,
): Promise<Response> {
  const operation: Operation = serviceOperations[id];
  const allowsBasic = operation.access === "service_token_or_basic";
  requireServiceToken(request.headers.get("authorization"), context.server.env.serviceTokens, allowsBasic);
  const body = await bodyOf(operation, request);
  // The type of `handlers` pairs each operation with a handler for its schemas.
  const handle = handlers[id] as (request: ServiceRequest & { body: unknown }) => Promise<unknown>;
  return Response.json(await handle({ ...context, body }));
}

async function bodyOf({ body, bodyType, bodyMayHoldKeys = false }: Operation, request: Request) {
  if (!body) return null;
  if (bodyType === "application/x-www-form-urlencoded") return parseInput(await readForm(request), body);
  return readBody(request, body, { mayHoldKeys: bodyMayHoldKeys });
}
