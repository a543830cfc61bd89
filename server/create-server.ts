import type { IncomingMessage, ServerResponse } from "node:http";
import { isKeyApiPath } from "@/lib/server/key-api/key-routes";
import type { Runtime } from "@/lib/server/runtime";
import { isServicePath } from "@/lib/server/service-api/service-routes";
import { inTrace } from "@/lib/server/trace";
import { sendAnswer } from "./fast-lane/answer";
import { FastLaneServer } from "./fast-lane/fast-lane-server";
import { refusePlainHttp } from "./plain-http";
import { answerProcessRequest } from "./process-requests";
import { isLogged, logWhenAnswered, thenLog } from "./request-log";
import { answerForwardAuth, isForwardAuthPath } from "./routes/forward-auth";
import { answerKeyRequest } from "./routes/key-requests";
import { factsOf, type RequestFacts, rawRequest } from "./routes/request-facts";
import { answerServiceRequest } from "./routes/service-requests";

/**
 * The HTTP server of this process. It answers the routes of programs itself, before Next.js sees them, and simple requests of
 * gateways without node:http.
 * @param runtime Called for each request.
 * @param answerOther Answers everything else, which belongs to the console.
 */
export function createServer(
  runtime: () => Runtime,
  answerOther: (request: IncomingMessage, response: ServerResponse, facts: RequestFacts) => void,
): FastLaneServer {
  const httpServer = new FastLaneServer(
    { requestTimeout: 30_000, headersTimeout: 15_000 },
    {
      takes: (url) => isForwardAuthPath(pathOf(url)),
      answer(request, send) {
        const server = runtime();
        const facts = factsOf(request, server);
        const { method } = request;
        const done = isLogged(server) ? thenLog({ method, facts, server }, send) : send;
        answerForwardAuth(request, facts, server, done);
      },
    },
  );
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const server = runtime();
    const facts = factsOf(rawRequest(request), server);
    if (isLogged(server)) logWhenAnswered({ method: request.method, facts, server }, response);
    if (refusePlainHttp(request, response, facts, server)) return;
    inTrace(facts.head.traceparent, () => {
      if (!answerOwnRoute(request, response, facts, server, httpServer.isStopping))
        answerOther(request, response, facts);
    });
  };
  httpServer.on("request", (request, response) => {
    // Only the answer to the last of several pipelined requests may close the connection, so wait until all of a packet have
    // been read.
    if (httpServer.isStopping) setImmediate(answer, request, response);
    else answer(request, response);
  });
  return httpServer;
}

/** @returns False when the path belongs to the console. */
function answerOwnRoute(
  request: IncomingMessage,
  response: ServerResponse,
  facts: RequestFacts,
  server: Runtime,
  isStopping: boolean,
): boolean {
  const { path } = facts;
  if (isForwardAuthPath(path))
    answerForwardAuth(rawRequest(request), facts, server, (answer) => sendAnswer(response, answer));
  else if (isKeyApiPath(path)) void answerKeyRequest(request, response, facts, server);
  else if (isServicePath(path)) void answerServiceRequest(request, response, facts, server);
  else return answerProcessRequest({ request, response, facts, server, isStopping });
  return true;
}

function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}
