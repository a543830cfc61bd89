import { hash, timingSafeEqual } from "node:crypto";
import { AppError } from "@/lib/contracts/app-error";
import type { ServiceToken } from "../service-token";

/**
 * Requires a valid service token: as Bearer or, if `basic` is set (RFC 7662 §2.1), as the HTTP Basic password. Call
 * it before reading anything else of the request, so that a wrong token reveals nothing about the key in it.
 * @returns The token's label and its workspace, if it is bound to one.
 * @throws AppError `missing_key`, `invalid_key`
 */
export function requireServiceToken(
  authorization: string | null,
  tokens: readonly ServiceToken[],
  basic = false,
): ServiceToken {
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
  let known: ServiceToken | null = null;
  for (const token of tokens) known = timingSafeEqual(token.digest, digest) ? token : known;
  if (!known) throw new AppError("invalid_key", "The service token isn't valid.");
  return known;
}

function passwordOf(basic: string): string {
  const [, password = ""] = /^[^:]*:(.*)$/s.exec(Buffer.from(basic, "base64").toString()) ?? [];
  return password;
}
