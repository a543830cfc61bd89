/** Converts milliseconds to the whole seconds of a `Retry-After` header: rounded up, at least 1. */
export function wholeSeconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}
