// Import this before anything of Next.js: it sets up the request storage that cookies() and headers() use.
import "next/dist/server/node-environment.js";
import { readdirSync } from "node:fs";
import path from "node:path";
import type { RouteKind } from "next/dist/server/route-kind.js";
import {
  AppRouteRouteModule,
  type AppRouteUserlandModule,
} from "next/dist/server/route-modules/app-route/module.js";
import { NextRequest } from "next/server.js";

export const consoleOrigin = "http://localhost:3000";

const apiFolder = path.resolve(import.meta.dirname, "../../app/api");
const httpMethods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
const preview = { previewModeId: "", previewModeEncryptionKey: "", previewModeSigningKey: "" };

/** A route file. `pattern` is its path with Next.js's placeholders, such as /api/workspaces/[workspace]/members. */
export type ConsoleRoute = { pattern: string; methods: string[]; module: AppRouteUserlandModule };
type Params = Record<string, string | string[]>;
export type Sent = { cookie?: string | undefined; body?: unknown; headers?: Record<string, string | null> };
export type Answer = { status: number; headers: Headers; body: string; bytes: Buffer; json: never };

/** All route files under app/api, found in the file system, so that none can be forgotten. */
export async function findConsoleRoutes(): Promise<ConsoleRoute[]> {
  const files = readdirSync(apiFolder, { recursive: true, encoding: "utf8" }).filter(
    // The catch-all answers unknown routes.
    (file) => path.basename(file) === "route.ts" && file !== path.join("[[...path]]", "route.ts"),
  );
  return Promise.all(
    files.sort().map(async (file) => {
      const module = (await import(path.join(apiFolder, file))) as AppRouteUserlandModule;
      const methods = httpMethods.filter((method) => module[method]);
      return { pattern: `/api/${path.dirname(file).split(path.sep).join("/")}`, methods, module };
    }),
  );
}

/** Calls a route's handler as Next.js does, including cookies. Headers that are null aren't sent. */
export async function callConsole(
  method: string,
  target: string,
  { cookie, body, headers = {} }: Sent = {},
): Promise<Answer> {
  const url = new URL(target, consoleOrigin);
  const { route, params } = await findRoute(url.pathname);
  // The headers that the server process sets on every request for Next.js.
  const sent = new Headers({
    host: url.host,
    "x-forwarded-proto": "http",
    "x-keyward-client-ip": "203.0.113.7",
    ...(cookie && { cookie }),
  });
  const unsafe = method !== "GET";
  for (const [name, value] of Object.entries({
    ...(unsafe && { origin: consoleOrigin, "content-type": "application/json" }),
    ...headers,
  })) {
    if (value !== null) sent.set(name, value);
  }
  const asItIs = typeof body === "string" || body instanceof Uint8Array;
  const payload = asItIs ? (body as BodyInit) : JSON.stringify(body ?? {});
  const request = new NextRequest(url, { method, headers: sent, ...(unsafe && { body: payload }) });
  const response = await toNextModule(route).handle(request, {
    params: Object.keys(params).length > 0 ? params : undefined,
    previewProps: preview,
    renderOpts: {
      experimental: {},
      supportsDynamicResponse: true,
      waitUntil: undefined,
      onClose: () => {},
      onAfterTaskError: undefined,
    } as never,
    sharedContext: { buildId: "test", deploymentId: "" },
  } as never);
  const type = response.headers.get("content-type");
  const isLive = type === "text/event-stream";
  const bytes = isLive ? await firstBytes(response) : Buffer.from(await response.arrayBuffer());
  const text = bytes.toString();
  return {
    status: response.status,
    headers: response.headers,
    body: text,
    bytes,
    json: (text.startsWith("{") && type !== "application/x-ndjson" ? JSON.parse(text) : null) as never,
  };
}

/** Of an answer that doesn't end by itself. */
async function firstBytes(response: Response): Promise<Buffer> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return Buffer.from(value ?? []);
}

function toNextModule({ pattern, module }: ConsoleRoute): AppRouteRouteModule {
  const definition = {
    // The value of a const enum of Next.js, which doesn't exist at run time.
    kind: "APP_ROUTE" as RouteKind.APP_ROUTE,
    page: `${pattern}/route`,
    pathname: pattern,
    filename: "",
    bundlePath: "",
  } as const;
  return new AppRouteRouteModule({
    userland: () => module,
    definition,
    distDir: "",
    relativeProjectDir: "",
    resolvedPagePath: "",
    nextConfigOutput: undefined,
  });
}

async function findRoute(pathname: string): Promise<{ route: ConsoleRoute; params: Params }> {
  const matches = (await findConsoleRoutes()).flatMap((route) => {
    const params = matchPattern(route.pattern, pathname);
    return params ? [{ route, params }] : [];
  });
  // As in Next.js, a static segment takes precedence over a placeholder.
  const [best] = matches.sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length);
  if (!best) throw new Error(`There is no route file for ${pathname}.`);
  return best;
}

function matchPattern(pattern: string, pathname: string): Params | null {
  const parts = pattern.split("/");
  const values = pathname.split("/");
  const params: Params = {};
  for (const [index, part] of parts.entries()) {
    const value = values[index];
    if (part.startsWith("[...")) return { ...params, [part.slice(4, -1)]: values.slice(index) };
    if (part.startsWith("[") && value) params[part.slice(1, -1)] = decodeURIComponent(value);
    else if (part !== value) return null;
  }
  return parts.length === values.length ? params : null;
}
