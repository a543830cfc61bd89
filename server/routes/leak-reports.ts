import { AppError, wholeSeconds } from "@/lib/contracts/app-error";
import { revokeCredentialsInput } from "@/lib/contracts/leak-input";
import { addressBucket } from "@/lib/engine/request/client-address";
import { errorResponse } from "@/lib/server/http/error-response";
import { readBody } from "@/lib/server/http/read-body";
import { makeOrigin } from "@/lib/server/http/request-origin";
import { reportLeaks } from "@/lib/server/keys/leak-reports";
import type { Runtime } from "@/lib/server/runtime";
import { toRequest, writeResponse } from "./node-http";
import type { ProcessRequest } from "./process-request";

/**
 * POST /credentials/revoke: anyone who found keys reports them. Answers 202 without a body, whether or not they are known (docs/http-api.md, 7.1).
 * Never throws.
 */
export async function answerLeakReport({ request, response, facts, server }: ProcessRequest): Promise<void> {
  response.setHeader("Cache-Control", "no-store");
  try {
    await countReport(facts.clientIp, server);
    const body = await readBody(toRequest(request, server.env.appUrl), revokeCredentialsInput, {
      mayHoldKeys: true,
    });
    const found = body.credentials.map((text) => ({ text }));
    await reportLeaks(found, makeOrigin(facts.clientIp, facts.userAgent, facts.requestId));
    await writeResponse(response, new Response(null, { status: 202 }), false);
  } catch (error) {
    await writeResponse(response, errorResponse(error, facts.requestId, server), false);
  }
}

/** @throws AppError `rate_limit_exceeded` */
async function countReport(clientIp: string, { leakReports }: Runtime): Promise<void> {
  const waitMs = await leakReports.consume(addressBucket(clientIp));
  if (waitMs !== null)
    throw new AppError("rate_limit_exceeded", "Too many reports came from this address.", {
      retryAfterSeconds: wholeSeconds(waitMs),
    });
}
