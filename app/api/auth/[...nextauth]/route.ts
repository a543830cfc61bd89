import { NextRequest } from "next/server";
import { AppError } from "@/lib/contracts/app-error";
import { handleProviderCallback } from "@/lib/server/auth/handle-provider-callback";
import { endSessionOf, handlers } from "@/lib/server/auth/next-auth";
import { errorResponse } from "@/lib/server/http/error-response";
import { readText } from "@/lib/server/http/read-body";
import { requestOrigin } from "@/lib/server/http/request-origin";
import { isFromOwnPage } from "@/lib/server/http/same-origin";
import { runtime } from "@/lib/server/runtime";

/**
 * The routes of next-auth that are available. All others are 404, including next-auth's own pages and those of the
 * disabled provider.
 */
const reads = /^\/api\/auth\/(csrf|providers|session)$/;
/** The callback of an identity provider, which next-auth's own handler never sees. */
const providerReturn = /^\/api\/auth\/callback\/(google|github|oidc)$/;
const changes = /^\/api\/auth\/(callback\/credentials|signout)$/;

type NextAuthHandler = typeof handlers.GET;

function guarded(handle: NextAuthHandler): NextAuthHandler {
  return async (request) => {
    const requestId = requestOrigin(request.headers).requestId as string;
    try {
      const isChange = request.method === "POST";
      const path = new URL(request.url).pathname;
      const [, provider] = (request.method === "GET" && providerReturn.exec(path)) || [];
      if (provider) return await handleProviderCallback(request, provider);
      if (!(isChange ? changes : reads).test(path)) throw new AppError("not_found");
      if (isChange && !isFromOwnPage(request, runtime().env)) throw new AppError("cross_site_request");
      if (isChange && path.endsWith("/signout")) await endSessionOf(request);
      return await handle(isChange ? await withBoundedBody(request) : request);
    } catch (error) {
      return errorResponse(error, requestId, runtime());
    }
  };
}

/** Limits the body, because next-auth reads bodies of any length. */
async function withBoundedBody(request: NextRequest): Promise<NextRequest> {
  const { url, method, headers } = request;
  return new NextRequest(url, { method, headers, body: await readText(request) });
}

export const GET = guarded(handlers.GET);
export const POST = guarded(handlers.POST);
