import { hash, timingSafeEqual } from "node:crypto";
import { AppError } from "@/lib/contracts/app-error";

/**
 * Lets only a service with its token go on: as Bearer or, where `basic` is allowed (RFC 7662 §2.1), as the password of HTTP
 * Basic. Nothing of the request is read before, so that a wrong token learns nothing of the key beside it.
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
  // Each is compared, in constant time: neither which one matched nor how much of it shows.
  let known = false;
  for (const token of tokens) known = timingSafeEqual(token, digest) || known;
  if (!known) throw new AppError("invalid_key", "The service token is not valid.");
}

function passwordOf(basic: string): string {
  const [, password = ""] = /^[^:]*:(.*)$/s.exec(Buffer.from(basic, "base64").toString()) ?? [];
  return password;
}
