import type { IncomingMessage } from "node:http";
import type { Keyward } from "./create-keyward";
import { denialAnswer } from "./denial-answer";
import { type GuardOptions, questionOf } from "./guard-options";
import type { VerifiedKey } from "./verdict";

/** What is needed of Fastify's request. `keyward` is there for requests that passed. */
export type FastifyRequest = { raw: IncomingMessage; keyward?: VerifiedKey };
export type FastifyReply = {
  code(status: number): FastifyReply;
  headers(headers: Record<string, string>): FastifyReply;
  send(body: string): FastifyReply;
};

/** `app.addHook("onRequest", protect(keyward))`: before the body is read. For Fastify 4 and 5. */
export function protect<R extends FastifyRequest>(keyward: Keyward, options: GuardOptions<R> = {}) {
  // Fastify tells a hook that answered by what it returns: the reply.
  return async (request: R, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const verdict = await keyward.judge(questionOf(request.raw, request, options));
    if (verdict.valid) {
      request.keyward = verdict;
      return undefined;
    }
    const { status, headers, body } = denialAnswer(verdict);
    return reply.code(status).headers(headers).send(body);
  };
}
