import { type ErrorCode, errorCodes } from "@/lib/contracts/error-codes";

/**
 * What domain functions throw. Only http/error-response.ts turns one into an answer.
 * Two bundles carry this class, so tell errors apart with isAppError, never with instanceof.
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

/** A wrong field, said the way every entrance says it. */
export function invalidField(field: string, message: string): AppError {
  return new AppError("invalid_request", message, { fields: { [field]: message } });
}
