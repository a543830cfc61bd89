import type { ErrorCode } from "@/lib/contracts/error-codes";

/** The server's codes, and what never reached it: no connection, no answer in time, an answer that is not ours, no passkey. */
export type ApiErrorCode =
  | ErrorCode
  | "offline"
  | "unreachable"
  | "timed_out"
  | "unreadable_answer"
  | "passkey_unused";

/** A request that did not do what it was for. `message` is a sentence for the person; `fields` says what to mend, by field. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  /** The HTTP status; 0 where there was no answer. */
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

/** The sentence to show for anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof ApiError
    ? error.message
    : "Something failed in this page. Reload it and try again.";
}

/** What is wrong with one field, if that is what was thrown. */
export function fieldError(error: unknown, field: string): string | undefined {
  return error instanceof ApiError ? error.fields[field] : undefined;
}

/** True where the person was asked to confirm who they are and closed the dialog: nothing failed and nothing was changed. */
export function wasNotConfirmed(error: unknown): boolean {
  return error instanceof ApiError && error.code === "reauthentication_required";
}
