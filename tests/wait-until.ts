/**
 * Asks again and again until the answer is yes.
 * @throws after half a minute or `patienceMs`: a failure then says what did not come, rather than that a test took too long.
 */
export async function waitUntil(
  what: string,
  isTrue: () => Promise<boolean>,
  patienceMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** How a client that rests between its calls does so. Never a way to wait for something to happen: that is waitUntil's. */
export function restBetweenCalls(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
