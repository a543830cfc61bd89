import { ApiError } from "./api-error";

/** True if a change may have been made although it failed here: it was sent, and no answer came that says otherwise. */
export function mayHaveBeenDone(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true;
  if (error.code === "offline" || error.code === "passkey_unused") return false;
  return error.status === 0 || error.code === "unreadable_answer";
}
