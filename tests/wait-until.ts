/**
 * Waits until a condition holds, by polling.
 * @throws after half a minute or `timeoutMs`, with a message that names the condition.
 */
export async function waitUntil(
  what: string,
  isTrue: () => Promise<boolean>,
  timeoutMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`Timed out waiting until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The pause of a simulated client between its calls. To wait for something to happen, use waitUntil. */
export function restBetweenCalls(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
