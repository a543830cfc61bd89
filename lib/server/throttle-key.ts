import { hash } from "node:crypto";

/**
 * What a typed text is counted under: the key's column is shorter than the longest email address with a name before it, and
 * nothing that was typed need be kept; people type passwords where an address is asked for.
 */
export function throttleKey(text: string): string {
  return hash("sha256", text, "base64url");
}
