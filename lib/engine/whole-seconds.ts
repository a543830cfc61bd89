/** A wait in whole seconds, as `Retry-After` has it: rounded up, and at least 1. */
export function wholeSeconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}
