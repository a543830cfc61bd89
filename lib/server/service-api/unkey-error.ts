import type { ErrorBody } from "@/lib/contracts/error-codes";

/**
 * An error answer of ours that Unkey's clients read as well: what they know of an error stands beside what ours know, in the
 * same body. Their SDKs check it against a schema, and throw "response validation failed" where a field of it is missing.
 */
export async function asUnkeyError(answer: Response): Promise<Response> {
  const { error } = (await answer.json()) as ErrorBody;
  const errors = Object.entries(error.fields ?? { body: error.message }).map(([field, message]) => ({
    location: field === "body" ? field : `body.${field}`,
    message,
  }));
  const body = {
    meta: { requestId: error.request_id },
    error: {
      ...error,
      title: titles[error.code] ?? error.code,
      detail: error.message,
      status: answer.status,
      type: error.doc_url,
      ...(answer.status === 400 && { errors }),
    },
  };
  return new Response(JSON.stringify(body), { status: answer.status, headers: answer.headers });
}

/** As Unkey heads them. */
const titles: Partial<Record<ErrorBody["error"]["code"], string>> = {
  invalid_request: "Bad Request",
  missing_key: "Unauthorized",
  invalid_key: "Unauthorized",
  not_found: "Not Found",
  internal_error: "Internal Server Error",
  unavailable: "Service Unavailable",
};
