import { AppError } from "@/lib/contracts/app-error";

/** A backup that can't be used. @param reason What is wrong with it, as a part of a sentence. */
export function damaged(reason: string): AppError {
  return new AppError(
    "invalid_request",
    `This backup is damaged or not whole: ${reason}. Nothing of it is restored. Use another copy.`,
  );
}
