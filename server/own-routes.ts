import type { IncomingMessage, ServerResponse } from "node:http";
import { isKeyApiPath } from "@/lib/server/key-api/key-routes";
import type { Runtime } from "@/lib/server/runtime";
import { isServicePath } from "@/lib/server/service-api/service-routes";
import { answerForwardAuth, isForwardAuthPath } from "./forward-auth";
import { answerKeyRequest } from "./key-requests";
import { answerHealth, answerReady } from "./operations";
import type { RequestFacts } from "./request-facts";
import { answerServiceRequest } from "./service-requests";

/** Answers what this process answers itself, before Next.js sees it. False where the path is the console's. */
export function answerOwnRoute(
  request: IncomingMessage,
  response: ServerResponse,
  facts: RequestFacts,
  server: Runtime,
): boolean {
  const { path } = facts;
  if (isForwardAuthPath(path)) answerForwardAuth(request, response, facts, server);
  else if (isKeyApiPath(path)) void answerKeyRequest(request, response, facts, server);
  else if (isServicePath(path)) void answerServiceRequest(request, response, facts, server);
  else if (path === "/api/health") answerHealth(response);
  else if (path === "/api/ready") void answerReady(response, server);
  else return false;
  return true;
}
