import type { IncomingMessage, ServerResponse } from "node:http";
import type { Keyward } from "./create-keyward";
import { denialAnswer } from "./denial-answer";
import { type GuardOptions, questionOf } from "./guard-options";
import type { VerifiedKey } from "./verdict";

declare global {
  namespace Express {
    interface Request {
      /** The key of a request that passed `protect`. */
      keyward?: VerifiedKey;
    }
  }
}

/** What is needed of Express's request. `keyward` is there for requests that passed. */
export type ExpressRequest = IncomingMessage & {
  originalUrl?: string;
  /** By Express, and only where "trust proxy" says so from a header. */
  ip?: string | undefined;
  keyward?: VerifiedKey;
};

/** `app.use(protect(keyward))`: for Express 4 and 5, and whatever else takes (request, response, next). */
export function protect(keyward: Keyward, options: GuardOptions<ExpressRequest> = {}) {
  return (request: ExpressRequest, response: ServerResponse, next: (error?: unknown) => void): void => {
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
