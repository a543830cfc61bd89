import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@/lib/contracts/app-error";
import { errorResponse } from "@/lib/server/http/error-response";
import { allowedMethods, findRoute, operationOf } from "@/lib/server/http/routes";
import type { Runtime } from "@/lib/server/runtime";
import { answerServiceOperation, serviceRoutes } from "@/lib/server/service-api/service-routes";
import { asUnkeyError } from "@/lib/server/service-api/unkey-error";
import { toRequest, writeResponse } from "./node-http";
import type { RequestFacts } from "./request-facts";

/** Answers a service that authenticates with a service token (docs/http-api.md, 5 and 6). Never throws. */
export async function answerServiceRequest(
  request: IncomingMessage,
  response: ServerResponse,
  facts: RequestFacts,
  server: Runtime,
): Promise<void> {
  response.setHeader("X-Request-Id", facts.requestId);
  response.setHeader("Cache-Control", "no-store");
  try {
    const found = findRoute(serviceRoutes, facts.path);
    if (!found) throw new AppError("not_found");
    const id = operationOf(found.route, request.method);
    if (!id) {
      response.setHeader("Allow", allowedMethods(found.route).join(", "));
      throw new AppError("method_not_allowed");
    }
    const answer = await answerServiceOperation(id, toRequest(request, server.env.appUrl), {
      requestId: facts.requestId,
      params: found.params,
      server,
    });
    await writeResponse(response, answer, false);
  } catch (error) {
    const answer = errorResponse(error, facts.requestId, server);
    if (answer.status === 401) response.setHeader("WWW-Authenticate", 'Bearer realm="keyward"');
    const sent = facts.path.startsWith("/v2/") ? await asUnkeyError(answer) : answer;
    await writeResponse(response, sent, request.method === "HEAD");
  }
}
