const firstDelayMs = 5_000;
const longestDelayMs = 2 * 3_600_000;
/** How long a delivery is attempted, and how long an endpoint may fail before its subscription is paused. */
export const giveUpAfterMs = 24 * 3_600_000;

/**
 * How long to wait after a failed attempt: 5 seconds, doubled with each attempt up to 2 hours, less up to half by chance, so that
 * deliveries that failed together don't return together.
 * @param attempts How many have failed, at least 1.
 * @param retryAfterMs What the endpoint asked for. A longer wait is kept, up to a day.
 */
export function retryDelayMs(attempts: number, retryAfterMs: number | null, random = Math.random()): number {
  const delay = Math.min(firstDelayMs * 2 ** Math.min(attempts - 1, 30), longestDelayMs) * (1 - random / 2);
  return Math.min(Math.max(delay, retryAfterMs ?? 0), giveUpAfterMs);
}

/** A `Retry-After` header in milliseconds (RFC 9110): seconds or a date. Null if it is neither. */
export function parseRetryAfter(value: string | undefined, now = Date.now()): number | null {
  if (value === undefined) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = value.endsWith(" GMT") ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
