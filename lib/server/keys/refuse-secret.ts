import { invalidField } from "@/lib/contracts/app-error";
import { runtime } from "../runtime";

/**
 * For client text that is stored unchanged.
 * @throws AppError `invalid_request` if the text contains something that looks like an API key.
 */
export function refuseSecret(field: string, value: string): void {
  if (runtime().engine.keyFormats.holdsKey(value))
    throw invalidField(field, "This looks like an API key. Use a value that isn't a secret.");
}
