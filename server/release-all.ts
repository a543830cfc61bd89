/**
 * Combines cleanup steps into one function, which runs them in order, and only once. A step that fails doesn't stop the others.
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
