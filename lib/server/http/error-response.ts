import { type AppError, isAppError } from "@/lib/contracts/app-error";
import { type ErrorCode, errorCodes } from "@/lib/contracts/error-codes";
import type { ErrorBody } from "@/lib/contracts/http-api/error";
import type { Runtime } from "../runtime";

/** The body of every error on every route (docs/http-api.md, 2.1). */
export function errorBody(
  code: ErrorCode,
  message: string,
  requestId: string,
  appUrl: string,
  { fields, keys }: Pick<ErrorBody["error"], "fields" | "keys"> = {},
): ErrorBody {
  return {
    error: {
      code,
      message,
      request_id: requestId,
      doc_url: `${appUrl}/docs/errors#${code}`,
      ...(fields && { fields }),
      ...(keys && { keys }),
    },
  };
}

/** An error as an HTTP response. */
export type ErrorAnswer = {
  status: number;
  code: ErrorCode;
  body: ErrorBody;
  retryAfterSeconds: number | undefined;
};

/** Converts anything thrown to a response. Unexpected errors become `internal_error`; their details go only to the log. */
export function errorAnswer(
  thrown: unknown,
  requestId: string,
  server: Pick<Runtime, "env" | "log">,
): ErrorAnswer {
  const { code, message, fields, keys, retryAfterSeconds } = toAppError(thrown, requestId, server);
  const body = errorBody(code, message, requestId, server.env.appUrl, { fields, keys });
  return { status: errorCodes[code].status, code, body, retryAfterSeconds };
}

/** The error as a web-standard Response. */
export function errorResponse(
  thrown: unknown,
  requestId: string,
  server: Pick<Runtime, "env" | "log">,
): Response {
  const { status, body, retryAfterSeconds } = errorAnswer(thrown, requestId, server);
  const headers = new Headers({
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "x-request-id": requestId,
  });
  if (retryAfterSeconds !== undefined) headers.set("retry-after", String(retryAfterSeconds));
  return new Response(JSON.stringify(body), { status, headers });
}

type Said = Pick<AppError, "code" | "message"> &
  Partial<Pick<AppError, "fields" | "keys" | "retryAfterSeconds">>;

function toAppError(thrown: unknown, requestId: string, server: Pick<Runtime, "log">): Said {
  if (isAppError(thrown)) return thrown;
  if (isDatabaseAway(thrown)) {
    server.log.warn(
      { requestId, error: (thrown as Error).message },
      "the database is unavailable; see whether it runs and accepts connections. The client was told to try again",
    );
    return {
      code: "unavailable",
      message: errorCodes.unavailable.message,
      retryAfterSeconds: 2,
    };
  }
  // Log only the stack, which includes the message. Other fields of an error may contain rows with data that must not
  // be logged.
  server.log.error(
    { requestId, error: thrown instanceof Error ? thrown.stack : String(thrown) },
    "a request failed because of a mistake in Keyward; report it with this line",
  );
  return {
    code: "internal_error",
    message: errorCodes.internal_error.message,
  };
}

/**
 * Codes for a refused, lost, or timed-out connection and for a server that is starting or stopping, including
 * Prisma's own.
 */
const awayCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ETIMEDOUT",
  "EPIPE",
  "57P01",
  "57P02",
  "57P03",
  "53300",
  "P1001",
  "P1002",
  "P1008",
  "P1017",
  "P2024",
  "P2028",
]);

function isDatabaseAway(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = causeOf(error)) {
    const code = (error as { code?: unknown }).code;
    // Class 08: the connection failed.
    if (typeof code === "string" && (awayCodes.has(code) || /^08...$/.test(code))) return true;
    // Prisma keeps PostgreSQL's code in the cause.
    const original = (error as { cause?: { originalCode?: unknown } }).cause?.originalCode;
    if (typeof original === "string" && (awayCodes.has(original) || /^08...$/.test(original))) return true;
    if (
      /timeout exceeded when trying to connect|Connection terminated|Query read timeout|Server has closed the connection|DatabaseNotReachable/i.test(
        error.message,
      )
    )
      return true;
  }
  return false;
}

/** Prisma's raw queries keep the driver's error in `meta`. */
function causeOf(error: Error): unknown {
  return error.cause ?? (error as { meta?: { driverAdapterError?: unknown } }).meta?.driverAdapterError;
}
