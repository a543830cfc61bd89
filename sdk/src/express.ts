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

/** The parts of Express's request that are used. `keyward` is set on requests that passed. */
export type ExpressRequest = IncomingMessage & {
  originalUrl?: string;
  /** Set by Express; taken from a header only with "trust proxy". */
  ip?: string | undefined;
  keyward?: VerifiedKey;
};

/** `app.use(protect(keyward))`: for Express 4 and 5, and other frameworks with (request, response, next). */
export function protect(keyward: Keyward, options: GuardOptions<ExpressRequest> = {}) {
  return (request: ExpressRequest, response: ServerResponse, next: (error?: unknown) => void): void => {
    // A router mounted at a path removes that path from `url`.
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
