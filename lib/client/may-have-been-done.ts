import { ApiError } from "./api-error";

/** True if a change may have been made despite the error, because no response said otherwise. */
export function mayHaveBeenDone(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true;
  if (error.code === "offline" || error.code === "passkey_unused") return false;
  return error.status === 0 || error.code === "unreadable_answer";
}
