/**
 * What lets go of several things, in this order and once. A step that fails keeps none of the others from running.
 * @throws the first failure, after every step has run.
 */
export function releaseAll(steps: (() => unknown)[]): () => Promise<void> {
  let released: Promise<void> | undefined;
  return () => {
    released ??= runAll(steps);
    return released;
  };
}

async function runAll(steps: (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
