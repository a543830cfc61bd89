import { AppError } from "@/lib/contracts/app-error";
import { type ProcessOperations, processOperations } from "@/lib/contracts/http-api/process-operations";
import { errorResponse } from "@/lib/server/http/error-response";
import { allowedMethods, findRoute, operationOf, routesOf } from "@/lib/server/http/routes";
import { answerMetrics } from "./metrics";
import { answerHealth, answerReady } from "./operations";
import { answerGatewayPreflight } from "./routes/cors";
import { answerGithubLeakReport } from "./routes/github-leak-reports";
import { answerLeakReport } from "./routes/leak-reports";
import { writeResponse } from "./routes/node-http";
import { answerOpenApi } from "./routes/openapi";
import type { ProcessRequest } from "./routes/process-request";

type ProcessOperationId = keyof ProcessOperations;

const handlers: Record<ProcessOperationId, (context: ProcessRequest) => void | Promise<void>> = {
  answerPreflight: answerGatewayPreflight,
  getHealth: answerHealth,
  getReadiness: answerReady,
  getMetrics: answerMetrics,
  getOpenApi: answerOpenApi,
  revokeCredentials: answerLeakReport,
  reportGithubLeaks: answerGithubLeakReport,
};

export const processRoutes = routesOf<ProcessOperationId>(processOperations);

/**
 * Answers routes for programs that need no key, such as health checks. Never answers with a page of the console.
 * @returns False when the path belongs to the console.
 */
export function answerProcessRequest(context: ProcessRequest): boolean {
  const { request, response, facts } = context;
  const found = findRoute(processRoutes, facts.path);
  if (!found && !isReservedPath(facts.path)) return false;
  response.setHeader("X-Request-Id", facts.requestId);
  const id = found && operationOf(found.route, request.method);
  if (id) {
    void handlers[id](context);
    return true;
  }
  if (found) response.setHeader("Allow", allowedMethods(found.route).join(", "));
  const error = new AppError(found ? "method_not_allowed" : "not_found");
  const answer = errorResponse(error, facts.requestId, context.server);
  void writeResponse(response, answer, request.method === "HEAD");
  return true;
}

/** Whether a path belongs to one of these routes, or is reserved for programs. */
export function isProcessPath(path: string): boolean {
  return findRoute(processRoutes, path) !== null || isReservedPath(path);
}

/** Paths that only programs request. They get 404 in JSON, never a page of the console. */
function isReservedPath(path: string): boolean {
  return /^\/(credentials|metrics|openapi\.json|\.well-known)(\/|$)/.test(path);
}
