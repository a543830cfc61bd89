import { generateSync } from "otplib";

/** What the app shows, as many steps of thirty seconds from now. Each code is good once, so that one test takes several. */
export function codeOf(secret: string, steps = 0): string {
  return generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + 30 * steps });
}
