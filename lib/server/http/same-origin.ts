import { AppError } from "../app-error";
import type { Env } from "../env";

/**
 * A change that comes with a cookie must come from our own pages (S23): the Origin is ours, the browser does not call it
 * cross-site, and the type is JSON, which no form can send.
 * @throws AppError `cross_site_request`
 */
export function requireSameOrigin(request: Request, env: Env): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const site = request.headers.get("sec-fetch-site");
  const ours = ownOrigins(env).includes(request.headers.get("origin") ?? "");
  if (!ours || (site !== null && site !== "same-origin")) throw new AppError("cross_site_request");
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new AppError("cross_site_request", "A change must be sent as application/json.");
}

/** The console's origins: one, save that a laptop's two names for itself are the same. */
export function ownOrigins(env: Pick<Env, "appUrl" | "local" | "port">): string[] {
  if (!env.local) return [env.appUrl];
  return [env.appUrl, `http://localhost:${env.port}`, `http://127.0.0.1:${env.port}`];
}
