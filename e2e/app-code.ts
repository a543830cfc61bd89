import { generateSync } from "otplib";

/** The authenticator code at a number of 30-second steps from now. Each code works once, so a test may need several. */
export function codeOf(secret: string, steps = 0): string {
  return generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + 30 * steps });
}
