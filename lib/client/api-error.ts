import type { ErrorCode } from "@/lib/contracts/error-codes";

/** The server's codes, and codes for failures before or without its response. */
export type ApiErrorCode =
  | ErrorCode
  | "offline"
  | "unreachable"
  | "timed_out"
  | "unreadable_answer"
  | "passkey_unused";

/** A failed request. `message` and `fields` are shown to the person. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  /** The HTTP status; 0 if there was no response. */
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(
    code: ApiErrorCode,
    message: string,
    details: {
      status?: number;
      fields?: Record<string, string> | undefined;
      requestId?: string | undefined;
      retryAfterSeconds?: number | null;
    } = {},
  ) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = details.status ?? 0;
    this.fields = details.fields ?? {};
    this.requestId = details.requestId ?? null;
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
  }
}

/** The message to show for anything thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof ApiError
    ? error.message
    : "Something went wrong on this page. Reload it and try again.";
}

export function fieldError(error: unknown, field: string): string | undefined {
  return error instanceof ApiError ? error.fields[field] : undefined;
}

/** True if the person declined to confirm their identity, so there's no error to show. */
export function wasNotConfirmed(error: unknown): boolean {
  return error instanceof ApiError && error.code === "reauthentication_required";
}
