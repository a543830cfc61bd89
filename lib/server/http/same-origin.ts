import { AppError } from "@/lib/contracts/app-error";
import type { Env } from "../env";

/**
 * A change that comes with a cookie must come from our own pages (S23): the Origin is ours, the browser does not call it
 * cross-site, and the type is one that no form can send.
 * @throws AppError `cross_site_request`
 */
export function requireSameOrigin(request: Request, env: Env, takes: keyof typeof types = "json"): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  if (!isFromOwnPage(request, env)) throw new AppError("cross_site_request");
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (!types[takes].test(type ?? ""))
    throw new AppError(
      "cross_site_request",
      `A change must be sent as ${takes === "json" ? "application/json" : "image/…"}.`,
    );
}

const types = {
  json: /^application\/json$/,
  // Whatever it is said to be, what it is shows when it is decoded. Files of no known type come as a stream of octets.
  picture: /^(image\/[\w.+-]+|application\/octet-stream)$/,
};

/** A browser sends Origin with every change; one that says more must agree. Nobody else has a reason to have our cookie. */
export function isFromOwnPage(request: Request, env: Env): boolean {
  const site = request.headers.get("sec-fetch-site");
  return (
    ownOrigins(env).includes(request.headers.get("origin") ?? "") && (site === null || site === "same-origin")
  );
}

/** The console's origins: one, save that a laptop's two names for itself are the same. */
export function ownOrigins(env: Pick<Env, "appUrl" | "local" | "port">): string[] {
  if (!env.local) return [env.appUrl];
  return [env.appUrl, `http://localhost:${env.port}`, `http://127.0.0.1:${env.port}`];
}
