import type { IncomingMessage, ServerResponse } from "node:http";
import type { Keyward } from "./create-keyward";
import { denialAnswer } from "./denial-answer";
import { type GuardOptions, questionOf } from "./guard-options";
import type { VerifiedKey } from "./verdict";

/** `createServer(protect(keyward, (request, response, key) => …))`: the handler runs only for requests that may pass. */
export function protect(
  keyward: Keyward,
  handler: (request: IncomingMessage, response: ServerResponse, key: VerifiedKey) => unknown,
  options: GuardOptions<IncomingMessage> = {},
) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const verdict = await keyward.judge(questionOf(request, request, options));
    if (verdict.valid) {
      await handler(request, response, verdict);
      return;
    }
    const { status, headers, body } = denialAnswer(verdict);
    response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
    response.end(body);
  };
}
