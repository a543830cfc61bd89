import type { Keyward } from "./create-keyward";
import { denialAnswer } from "./denial-answer";
import type { GuardOptions } from "./guard-options";
import type { VerifiedKey } from "./verdict";

/** `export const GET = protect(keyward, (request, key) => …)`: for route handlers and other functions from Request to Response. */
export function protect<R extends Request, C>(
  keyward: Keyward,
  handler: (request: R, key: VerifiedKey, context: C) => Response | Promise<Response>,
  options: GuardOptions<R> = {},
) {
  return async (request: R, context: C): Promise<Response> => {
    const { headers, method, url } = request;
    const { clientIp, permission, workspaceId } = options;
    const verdict = await keyward.judge({
      headers,
      method,
      url,
      clientIp: clientIp?.(request),
      permission,
      workspaceId,
    });
    if (verdict.valid) return handler(request, verdict, context);
    const answer = denialAnswer(verdict);
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  };
}
