import type { Context, Next } from "hono";
import type { Keyward } from "./create-keyward";
import { denialAnswer } from "./denial-answer";
import type { GuardOptions } from "./guard-options";
import type { VerifiedKey } from "./verdict";

declare module "hono" {
  interface ContextVariableMap {
    /** The key of a request that passed `protect`. */
    keyward: VerifiedKey;
  }
}

/** `app.use(protect(keyward))`: for Hono on Node.js. `c.get("keyward")` is the key of a request that passed. */
export function protect(keyward: Keyward, options: GuardOptions<Context> = {}) {
  return async (context: Context, next: Next): Promise<Response | undefined> => {
    const { headers, method, url } = context.req.raw;
    const { clientIp, permission, workspaceId } = options;
    const verdict = await keyward.judge({
      headers,
      method,
      url,
      clientIp: clientIp?.(context),
      permission,
      workspaceId,
    });
    if (!verdict.valid) {
      const { status, headers, body } = denialAnswer(verdict);
      return new Response(body, { status, headers });
    }
    context.set("keyward", verdict);
    await next();
    return undefined;
  };
}
