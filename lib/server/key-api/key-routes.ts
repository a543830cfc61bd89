import { keyOperations } from "@/lib/contracts/http-api/key-operations";
import type { Operation } from "@/lib/contracts/http-api/operation";
import { readBody, readQuery } from "../http/read-body";
import { routesOf } from "../http/routes";
import { exportAccessLogs, listAccessLogs, streamAccessLogs } from "./access-logs";
import {
  cancelApiKeyRotation,
  createApiKey,
  getApiKey,
  listApiKeys,
  moveApiKeyOverlap,
  revokeApiKey,
  rotateApiKey,
  updateApiKey,
} from "./api-keys";
import {
  createEventSubscription,
  deleteEventSubscription,
  getDelivery,
  getEventSubscription,
  listDeliveries,
  listEventSubscriptions,
  replayEvents,
  retryDelivery,
  testEventSubscription,
  updateEventSubscription,
} from "./event-subscriptions";
import type { KeyOperationId, KeyRequest, KeyRouteHandler } from "./key-request";
import { getMe } from "./me";
import { getUsage } from "./usage";

const handlers: { [Id in KeyOperationId]: KeyRouteHandler<Id> } = {
  createApiKey,
  listApiKeys,
  getApiKey,
  updateApiKey,
  updateApiKeyWithPut: (request) => updateApiKey(request),
  revokeApiKey,
  rotateApiKey,
  moveApiKeyOverlap,
  cancelApiKeyRotation,
  getMe,
  listAccessLogs,
  exportAccessLogs,
  streamAccessLogs,
  getUsage,
  createEventSubscription,
  listEventSubscriptions,
  getEventSubscription,
  updateEventSubscription,
  deleteEventSubscription,
  testEventSubscription,
  replayEvents,
  listDeliveries,
  getDelivery,
  retryDelivery,
};

/** All routes for API keys, with or without a trailing slash. */
export const keyRoutes = routesOf<KeyOperationId>(keyOperations);

/** Whether a path belongs to this API. Unknown paths are 404 here, never a console page. */
export function isKeyApiPath(path: string): boolean {
  return /^\/(auth|api\/public)(\/|$)/.test(path);
}

/** Parses the query and the body with the operation's schemas and calls its handler. */
export async function answerKeyOperation(id: KeyOperationId, request: KeyRequest): Promise<Response> {
  const operation: Operation = keyOperations[id];
  const query = operation.query ? readQuery(request.url, operation.query) : null;
  const body = operation.body ? await readBody(request.request, operation.body) : null;
  // The type of `handlers` pairs each operation with a handler for its schemas.
  const handle = handlers[id] as (
    request: KeyRequest & { query: unknown; body: unknown },
  ) => Promise<unknown>;
  const answer = await handle({ ...request, query, body });
  if (operation.streams) return answer as Response;
  const { status = 200 } = operation;
  return operation.answer === null ? new Response(null, { status }) : Response.json(answer, { status });
}
