import type { VerifyRequest } from "./create-keyward";

/** What middleware may be told beside the request itself. `R` is the framework's request. */
export type GuardOptions<R> = {
  /** The client's address. Left out, keys that are bound to addresses are refused: no header is trusted unasked. */
  clientIp?: (request: R) => string | undefined;
} & Pick<VerifyRequest, "permission" | "workspaceId">;

/** A request of node:http, and what Express and Fastify build on it, as a request that asks to pass. */
export function questionOf<R>(
  node: { rawHeaders: string[]; method?: string | undefined; url?: string | undefined },
  request: R,
  { clientIp, permission, workspaceId }: GuardOptions<R>,
): VerifyRequest {
  return {
    headers: node.rawHeaders,
    method: node.method,
    url: node.url,
    clientIp: clientIp?.(request),
    permission,
    workspaceId,
  };
}
