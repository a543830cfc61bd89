import { type ErrorCode, errorCodes } from "@/lib/contracts/error-codes";

/**
 * The error that domain functions throw. Only http/error-response.ts turns it into a response. Two bundles contain
 * this class, so use isAppError instead of instanceof.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly fields: Record<string, string> | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly keys: { id: string; name: string }[] | undefined;

  constructor(
    code: ErrorCode,
    message: string = errorCodes[code].message,
    extra: {
      fields?: Record<string, string>;
      retryAfterSeconds?: number;
      keys?: { id: string; name: string }[];
    } = {},
  ) {
    super(message);
    this.code = code;
    this.fields = extra.fields;
    this.retryAfterSeconds = extra.retryAfterSeconds;
    this.keys = extra.keys;
  }
}

export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === "AppError" && "code" in error;
}

/** An `invalid_request` that names one field. */
export function invalidField(field: string, message: string): AppError {
  return new AppError("invalid_request", message, { fields: { [field]: message } });
}

/** Converts milliseconds to the whole seconds of a `Retry-After` header: rounded up, at least 1. */
export function wholeSeconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}
