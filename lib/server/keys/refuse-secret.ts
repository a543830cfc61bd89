import { invalidField } from "@/lib/contracts/app-error";
import { runtime } from "../runtime";

/**
 * For text of a client's that is stored as it is.
 * @throws AppError `invalid_request` where it holds something shaped like an API key.
 */
export function refuseSecret(field: string, value: string): void {
  if (runtime().engine.keyFormats.holdsKey(value))
    throw invalidField(field, "This looks like an API key. Use a value that isn't a secret.");
}
