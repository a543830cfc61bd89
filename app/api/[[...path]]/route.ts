import { AppError } from "@/lib/contracts/app-error";
import { errorResponse } from "@/lib/server/http/error-response";
import { requestOrigin } from "@/lib/server/http/request-origin";
import { runtime } from "@/lib/server/runtime";

/** Answers what no route answers: in JSON, as everything below /api is answered. Next.js alone would draw a page. */
function notFound(request: Request): Response {
  const { requestId } = requestOrigin(request.headers);
  return errorResponse(new AppError("not_found", "There is no such route."), requestId as string, runtime());
}

export { notFound as DELETE, notFound as GET, notFound as PATCH, notFound as POST, notFound as PUT };
