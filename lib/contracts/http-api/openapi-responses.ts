import type { z } from "zod";
import { type PublicErrorCode, publicErrorCodes } from "../error-codes";
import { errorHelp } from "../error-help";
import { errorAnswer, unkeyErrorAnswer, unkeyErrorOf } from "./error";
import { type HeaderName, headersOf, ownHeaders, rateLimitHeaders } from "./openapi-headers";
import { schemaOf } from "./openapi-schemas";
import type { OpenApiOperation, OpenApiResponse } from "./openapi-types";
import type { Operation } from "./operation";

export function successOf({ answer, streams, access, answerHeaders }: Operation, example: unknown) {
  return {
    description: "Success.",
    headers: {
      ...headersOf(access === "key" ? ["X-Request-Id", ...rateLimitHeaders] : ["X-Request-Id"]),
      ...ownHeaders(answerHeaders),
    },
    ...(streams && {
      content: Object.fromEntries(streams.map((type) => [type, { schema: { type: "string" } }])),
    }),
    ...(answer && { content: { "application/json": { schema: schemaOf(answer), example } } }),
  };
}

export function otherAnswersOf({ otherAnswers = {} }: Operation): OpenApiOperation["responses"] {
  return Object.fromEntries(
    Object.entries(otherAnswers).map(([status, { description, schema }]) => [
      status,
      {
        description,
        headers: headersOf(["X-Request-Id"]),
        ...(schema && { content: { "application/json": { schema: schemaOf(schema) } } }),
      },
    ]),
  );
}

export function errorsOf(operation: Operation, appUrl: string): OpenApiOperation["responses"] {
  const byStatus = new Map<number, PublicErrorCode[]>();
  for (const code of operation.errors) {
    const { status } = publicErrorCodes[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
    if (operation.deniesWith403 && status !== 401 && status !== 403)
      byStatus.set(403, [...(byStatus.get(403) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [String(status), errorOf(operation, status, codes, appUrl)]),
  );
}

function errorOf(
  { access, errorBody, errorHeaders }: Operation,
  status: number,
  codes: PublicErrorCode[],
  appUrl: string,
) {
  const headers: HeaderName[] = ["X-Request-Id"];
  if (status === 401 || (status === 403 && access === "key")) headers.push("WWW-Authenticate");
  if (status === 429 || status === 503) headers.push("Retry-After");
  if (access === "key") headers.push(...rateLimitHeaders);
  return {
    description: codes.map((code) => `\`${code}\`: ${errorHelp[code].means}`).join("\n\n"),
    headers: { ...headersOf(headers), ...ownHeaders(errorHeaders) },
    content: {
      "application/json": {
        schema: schemaOf(errorBody ?? errorAnswer),
        examples: Object.fromEntries(
          codes.map((code) => {
            const example = errorExample(code, appUrl);
            return [code, { value: errorBody === unkeyErrorAnswer ? unkeyErrorOf(example) : example }];
          }),
        ),
      },
    },
  };
}

function errorExample(code: PublicErrorCode, appUrl: string): z.infer<typeof errorAnswer> {
  return {
    error: {
      code,
      message: publicErrorCodes[code].message,
      request_id: "req_01kb2v8c4p6q8r0s2t4v6w8x0y",
      doc_url: `${appUrl}/docs/errors#${code}`,
    },
  };
}

/**
 * Moves errors that several operations share to `components`, and refers to them there. The first operation of a kind defines
 * its errors; an operation whose error differs keeps it inline.
 */
export function shareErrors(
  described: OpenApiOperation,
  { access, errorHeaders, errorBody }: Operation,
  shared: Record<string, OpenApiResponse>,
): OpenApiOperation {
  if (access === "none") return described;
  const kind = errorHeaders ? "Gateway" : errorBody ? "Unkey" : access === "key" ? "Key" : "Service";
  const responses = Object.entries(described.responses).map(([status, response]) => {
    const reason = errorNames[status];
    if (!reason) return [status, response];
    const name = `${kind}${reason}`;
    shared[name] ??= response;
    const isSame = JSON.stringify(shared[name]) === JSON.stringify(response);
    return [status, isSame ? { $ref: `#/components/responses/${name}` } : response];
  });
  return { ...described, responses: Object.fromEntries(responses) };
}

const errorNames: Record<string, string> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  413: "ContentTooLarge",
  429: "TooManyRequests",
  500: "InternalServerError",
  503: "ServiceUnavailable",
};
