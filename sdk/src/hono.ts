import type { Keyward } from "./create-keyward";
import { denialAnswer } from "./denial-answer";
import type { GuardOptions } from "./guard-options";

/** What is needed of Hono's context. */
export type HonoContext = {
  req: { raw: Request };
  set(name: string, value: unknown): void;
};

/** `app.use(protect(keyward))`: for Hono on Node.js. For requests that passed, `c.get("keyward")` is the key. */
export function protect<C extends HonoContext>(keyward: Keyward, options: GuardOptions<C> = {}) {
  return async (context: C, next: () => Promise<void>): Promise<Response | undefined> => {
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
