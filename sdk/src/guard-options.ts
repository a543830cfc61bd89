import type { VerifyRequest } from "./create-keyward";

/** Options of middleware. `R` is the framework's request. */
export type GuardOptions<R> = {
  /** Returns the client's address. Without it, keys with a list of allowed addresses are refused: no header is trusted by default. */
  clientIp?: (request: R) => string | undefined;
} & Pick<VerifyRequest, "permission" | "workspaceId">;

/** Reads a request of node:http, also as Express and Fastify wrap it. */
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
