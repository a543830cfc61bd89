import type { FastifyReply, FastifyRequest } from "fastify";
import type { Keyward } from "./create-keyward";
import { denialAnswer } from "./denial-answer";
import { type GuardOptions, questionOf } from "./guard-options";
import type { VerifiedKey } from "./verdict";

declare module "fastify" {
  interface FastifyRequest {
    /** The key of a request that passed `protect`. */
    keyward: VerifiedKey | null;
  }
}

/** `app.addHook("onRequest", protect(keyward))`: runs before the body is read. For Fastify 4 and 5. */
export function protect(keyward: Keyward, options: GuardOptions<FastifyRequest> = {}) {
  // A hook that has answered returns the reply.
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const verdict = await keyward.judge(questionOf(request.raw, request, options));
    if (verdict.valid) {
      request.keyward = verdict;
      return undefined;
    }
    const { status, headers, body } = denialAnswer(verdict);
    return reply.code(status).headers(headers).send(body);
  };
}
