import { hash } from "node:crypto";

/** SHA-256 for a random token or code, in the type that Prisma stores. Not for passwords: it is fast to try out. */
export function sha256(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hash("sha256", text, "buffer"));
}
