import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { constants } from "node:zlib";
import compression from "compression";
import sirv from "sirv";

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

const staticPrefix = "/_next/static";

/**
 * Sends the console compressed, with Brotli where the browser takes it, else with gzip. Scripts and styles were compressed at
 * build (scripts/build.mjs) as small as they get; pages and JSON are compressed while they are sent.
 * @param answer Answers what is not a build file.
 */
export function compressed(projectRoot: string, answer: Handler): Handler {
  const serveFile = sirv(path.join(projectRoot, ".next/static"), {
    brotli: true,
    gzip: true,
    etag: true,
    // The name of a build file changes with its contents.
    immutable: true,
    maxAge: 365 * 24 * 60 * 60,
  });
  // Higher levels take longer than the network saves.
  const compress = compression({ brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } } });
  return (request, response) => {
    const url = request.url ?? "/";
    const answerCompressed = () => {
      request.url = url;
      compress(request as never, response as never, () => answer(request, response));
    };
    if (!url.startsWith(`${staticPrefix}/`) || !["GET", "HEAD"].includes(request.method ?? ""))
      return answerCompressed();
    request.url = url.slice(staticPrefix.length);
    serveFile(request, response, answerCompressed);
  };
}
