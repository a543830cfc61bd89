// First, before anything of Next.js's: it puts the storage of "the request under way" where cookies() and headers() look.
import "next/dist/server/node-environment.js";
import { readdirSync } from "node:fs";
import path from "node:path";
import { RouteKind } from "next/dist/server/route-kind.js";
import { AppRouteRouteModule, type AppRouteUserlandModule } from "next/dist/server/route-modules/app-route/module.js";
import { NextRequest } from "next/server.js";

export const consoleOrigin = "http://localhost:3000";

const apiFolder = path.resolve(import.meta.dirname, "../app/api");
const httpMethods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
const preview = { previewModeId: "", previewModeEncryptionKey: "", previewModeSigningKey: "" };

/** One route file: `pattern` is its path with Next.js's own placeholders, such as /api/workspaces/[workspace]/members. */
export type ConsoleRoute = { pattern: string; methods: string[]; module: AppRouteUserlandModule };
export type Sent = { cookie?: string | undefined; body?: unknown; headers?: Record<string, string | null> };
export type Answer = { status: number; headers: Headers; body: string; json: never };

/** Every route file under app/api, found by looking: none can be left out by forgetting it. */
export async function findConsoleRoutes(): Promise<ConsoleRoute[]> {
  const files = readdirSync(apiFolder, { recursive: true, encoding: "utf8" }).filter((file) => path.basename(file) === "route.ts");
  return Promise.all(
    files.sort().map(async (file) => {
      const module = (await import(path.join(apiFolder, file))) as AppRouteUserlandModule;
      const methods = httpMethods.filter((method) => module[method]);
      return { pattern: `/api/${path.dirname(file).split(path.sep).join("/")}`, methods, module };
    }),
  );
}

/** Calls a route's handler as Next.js does, cookies and all. A header given as null is not sent. */
export async function callConsole(method: string, target: string, { cookie, body, headers = {} }: Sent = {}): Promise<Answer> {
  const url = new URL(target, consoleOrigin);
  const { route, params } = await findRoute(url.pathname);
  const sent = new Headers(cookie ? { cookie } : {});
  const unsafe = method !== "GET";
  for (const [name, value] of Object.entries({ ...(unsafe && { origin: consoleOrigin, "content-type": "application/json" }), ...headers })) {
    if (value !== null) sent.set(name, value);
  }
  const payload = typeof body === "string" ? body : JSON.stringify(body ?? {});
  const request = new NextRequest(url, { method, headers: sent, ...(unsafe && { body: payload }) });
  const response = await toNextModule(route).handle(request, {
    params,
    previewProps: preview,
    renderOpts: { experimental: {}, supportsDynamicResponse: true, waitUntil: undefined, onClose: () => {}, onAfterTaskError: undefined } as never,
    sharedContext: { buildId: "test", deploymentId: "" },
  } as never);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text, json: (text.startsWith("{") ? JSON.parse(text) : null) as never };
}

function toNextModule({ pattern, module }: ConsoleRoute): AppRouteRouteModule {
  const definition = { kind: RouteKind.APP_ROUTE, page: `${pattern}/route`, pathname: pattern, filename: "", bundlePath: "" } as const;
  return new AppRouteRouteModule({ userland: () => module, definition, distDir: "", relativeProjectDir: "", resolvedPagePath: "", nextConfigOutput: undefined });
}

async function findRoute(pathname: string): Promise<{ route: ConsoleRoute; params: Record<string, string | string[]> }> {
  for (const route of await findConsoleRoutes()) {
    const params = matchPattern(route.pattern, pathname);
    if (params) return { route, params };
  }
  throw new Error(`There is no route file for ${pathname}.`);
}

/** A word before a placeholder is not needed here: no two of our patterns match one path, save words that are no ids. */
function matchPattern(pattern: string, pathname: string): Record<string, string | string[]> | null {
  const parts = pattern.split("/");
  const values = pathname.split("/");
  const params: Record<string, string | string[]> = {};
  for (const [index, part] of parts.entries()) {
    const rest = /^\[\.\.\.(.+)\]$/.exec(part)?.[1];
    if (rest) return { ...params, [rest]: values.slice(index) };
    const name = /^\[(.+)\]$/.exec(part)?.[1];
    if (name && values[index]) params[name] = decodeURIComponent(values[index]);
    else if (part !== values[index]) return null;
  }
  return parts.length === values.length ? params : null;
}
