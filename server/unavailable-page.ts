import type { ServerResponse } from "node:http";
import type { Env } from "@/lib/server/env";

/** Whether a path is a page of the console, rather than a build file or a route that answers JSON. */
export function isPagePath(path: string): boolean {
  return !/^\/(_next|api)(\/|$)|\.[a-z0-9]{2,5}$/.test(path);
}

/**
 * Answers 503 while the database is unavailable, with a page that reloads itself. Next.js would show its error page with status
 * 500, because a page can't choose the status of a failure.
 */
export function answerUnavailable(response: ServerResponse, env: Env): void {
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
<meta http-equiv="refresh" content="3"><title>${name} is temporarily unavailable</title>
<style>
  :root { color-scheme: light dark; }
  body { margin: 0; min-height: 100dvh; display: grid; place-content: center; padding: 24px; box-sizing: border-box;
    font: 14px/20px system-ui, sans-serif; background: light-dark(#fafbfc, #0e1218); color: light-dark(#1a2230, #e9ecf0); }
  h1 { font-size: 20px; line-height: 28px; font-weight: 600; margin: 0 0 4px; }
  p { margin: 0; max-width: 52ch; color: light-dark(#535d6c, #a0a8b4); }
</style></head>
<body><main><h1>${name} can't reach its database</h1><p>Your data is safe. This page reloads automatically every few seconds.</p></main></body></html>`);
}
