import { hash, timingSafeEqual } from "node:crypto";
import { AppError } from "@/lib/contracts/app-error";

/**
 * Requires a valid service token: as Bearer or, if `basic` is set (RFC 7662 §2.1), as the HTTP Basic password. Call
 * it before reading anything else of the request, so that a wrong token reveals nothing about the key in it.
 * @throws AppError `missing_key`, `invalid_key`
 */
export function requireServiceToken(authorization: string | null, tokens: Buffer[], basic = false): void {
  const [, scheme = "", value = ""] = /^(\S+) +(\S.*)$/.exec(authorization?.trim() ?? "") ?? [];
  const presented =
    scheme.toLowerCase() === "bearer"
      ? value
      : basic && scheme.toLowerCase() === "basic"
        ? passwordOf(value)
        : null;
  if (presented === null || presented === "")
    throw new AppError("missing_key", "No service token was sent. Send it as Authorization: Bearer TOKEN.");
  const digest = hash("sha256", presented, "buffer");
  // Compare with every token in constant time, so that timing reveals neither which one matched nor how much of it.
  let known = false;
  for (const token of tokens) known = timingSafeEqual(token, digest) || known;
  if (!known) throw new AppError("invalid_key", "The service token isn't valid.");
}

function passwordOf(basic: string): string {
  const [, password = ""] = /^[^:]*:(.*)$/s.exec(Buffer.from(basic, "base64").toString()) ?? [];
  return password;
}
