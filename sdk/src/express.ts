import type { IncomingMessage, ServerResponse } from "node:http";
import type { Keyward } from "./create-keyward";
import { denialAnswer } from "./denial-answer";
import { type GuardOptions, questionOf } from "./guard-options";
import type { VerifiedKey } from "./verdict";

/** What is needed of Express's request. `keyward` is there for requests that passed. */
export type ExpressRequest = IncomingMessage & { originalUrl?: string; keyward?: VerifiedKey };

/** `app.use(protect(keyward))`: for Express 4 and 5, and whatever else takes (request, response, next). */
export function protect<R extends ExpressRequest>(keyward: Keyward, options: GuardOptions<R> = {}) {
  return (request: R, response: ServerResponse, next: (error?: unknown) => void): void => {
    // A router that is mounted under a path cuts that path off `url`.
    const { rawHeaders, method, originalUrl, url } = request;
    keyward
      .judge(questionOf({ rawHeaders, method, url: originalUrl ?? url }, request, options))
      .then((verdict) => {
        if (verdict.valid) {
          request.keyward = verdict;
          next();
          return;
        }
        const { status, headers, body } = denialAnswer(verdict);
        response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
        response.end(body);
      }, next);
  };
}
