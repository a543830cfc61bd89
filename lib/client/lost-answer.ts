import { ApiError } from "./api-error";

/** Whether a change was sent and no answer came, so that it is not known here if it was made. */
export function answerWasLost(error: unknown): boolean {
  return error instanceof ApiError && ["unreachable", "timed_out", "unreadable_answer"].includes(error.code);
}
