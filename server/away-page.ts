import type { ServerResponse } from "node:http";
import type { Env } from "@/lib/server/env";

/** Whether a path is one of the console's pages: not a file of its build, nor a route that answers JSON itself. */
export function isPagePath(path: string): boolean {
  return !/^\/(_next|api)\/|\.[a-z0-9]{2,5}$/.test(path);
}

/**
 * What a person sees while the database is away: 503 and a page that tries again by itself. Next.js would draw its error page
 * with status 500, since a page cannot choose the status of its failure.
 */
export function answerAway(response: ServerResponse, env: Env): void {
  const name = env.productName.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  response.setHeader(
    "Content-Security-Policy",
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  );
  response.writeHead(503, {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Retry-After": "3",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
  });
  response.end(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="3"><title>${name} is away for a moment</title>
<style>
  :root { color-scheme: light dark; }
  body { margin: 0; min-height: 100dvh; display: grid; place-content: center; padding: 24px; box-sizing: border-box;
    font: 14px/20px system-ui, sans-serif; background: light-dark(#fafbfc, #0e1218); color: light-dark(#1a2230, #e9ecf0); }
  h1 { font-size: 20px; line-height: 28px; font-weight: 600; margin: 0 0 4px; }
  p { margin: 0; max-width: 52ch; color: light-dark(#535d6c, #a0a8b4); }
</style></head>
<body><main><h1>${name} cannot reach its database</h1><p>Nothing is lost. This page tries again by itself every few seconds.</p></main></body></html>`);
}
