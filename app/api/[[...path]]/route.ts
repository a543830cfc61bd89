import { AppError } from "@/lib/contracts/app-error";
import { errorResponse } from "@/lib/server/http/error-response";
import { requestOrigin } from "@/lib/server/http/request-origin";
import { runtime } from "@/lib/server/runtime";

/** Answers unknown paths below /api with a JSON error. Otherwise Next.js would render a page. */
function notFound(request: Request): Response {
  const { requestId } = requestOrigin(request.headers);
  return errorResponse(new AppError("not_found", "Route not found."), requestId as string, runtime());
}

export { notFound as DELETE, notFound as GET, notFound as PATCH, notFound as POST, notFound as PUT };
