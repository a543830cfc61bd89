import { AppError } from "@/lib/server/app-error";
import { handlers } from "@/lib/server/auth/next-auth";
import { errorResponse } from "@/lib/server/http/error-response";
import { requestOrigin } from "@/lib/server/http/request-origin";
import { ownOrigins } from "@/lib/server/http/same-origin";
import { runtime } from "@/lib/server/runtime";

/** What next-auth may answer. Its other routes, those of the closed provider among them, do not exist here. */
const open = /^\/api\/auth\/(csrf|providers|session|signout|callback\/credentials)$/;

type NextAuthHandler = typeof handlers.GET;

function guarded(handle: NextAuthHandler): NextAuthHandler {
  return async (request) => {
    const requestId = requestOrigin(request.headers).requestId as string;
    try {
      if (!open.test(new URL(request.url).pathname)) throw new AppError("not_found");
      const foreign = !ownOrigins(runtime().env).includes(request.headers.get("origin") ?? "");
      if (request.method !== "GET" && foreign) throw new AppError("cross_site_request");
      return await handle(request);
    } catch (error) {
      return errorResponse(error, requestId, runtime());
    }
  };
}

export const GET = guarded(handlers.GET);
export const POST = guarded(handlers.POST);
