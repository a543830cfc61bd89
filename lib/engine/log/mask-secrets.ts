import type { KeyFormats } from "../keys/key-format";
import type { NewEntry } from "./entry-line";

/** Masks, in place, everything shaped like a secret in the texts of an entry that a client chose. */
export function maskSecrets(entry: NewEntry, keyFormats: KeyFormats): void {
  entry.requestId = keyFormats.mask(entry.requestId);
  if (entry.method !== null) entry.method = keyFormats.mask(entry.method);
  if (entry.path !== null) entry.path = keyFormats.mask(entry.path);
  if (entry.userAgent !== null) entry.userAgent = keyFormats.mask(entry.userAgent);
}
