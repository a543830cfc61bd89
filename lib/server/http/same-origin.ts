import { AppError } from "@/lib/contracts/app-error";
import type { Env } from "../env";

/**
 * Requires that a cookie-authenticated change comes from our own pages (S23): our Origin, not cross-site according to
 * the browser, and a content type that HTML forms can't send.
 * @throws AppError `cross_site_request`
 */
export function requireSameOrigin(request: Request, env: Env, takes: keyof typeof types = "json"): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  if (!isFromOwnPage(request, env)) throw new AppError("cross_site_request");
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (!types[takes].test(type ?? ""))
    throw new AppError(
      "cross_site_request",
      `Send changes as ${takes === "json" ? "application/json" : "image/…"}.`,
    );
}

const types = {
  json: /^application\/json$/,
  // Decoding shows what the file really is. Browsers send files of unknown type as application/octet-stream.
  picture: /^(image\/[\w.+-]+|application\/octet-stream)$/,
};

/**
 * Browsers send Origin with every change. If they also send Sec-Fetch-Site, it must agree. Other clients have no
 * reason to have our cookie.
 */
export function isFromOwnPage(request: Request, env: Env): boolean {
  const site = request.headers.get("sec-fetch-site");
  return (
    ownOrigins(env).includes(request.headers.get("origin") ?? "") && (site === null || site === "same-origin")
  );
}

/** The console's origin. Locally, both names of this machine count. */
export function ownOrigins(env: Pick<Env, "appUrl" | "local" | "port">): string[] {
  if (!env.local) return [env.appUrl];
  return [env.appUrl, `http://localhost:${env.port}`, `http://127.0.0.1:${env.port}`];
}
