const everyMs = { terminal: 1000, other: 10_000 };

/**
 * Tells how far a long command is: on a terminal each second, in place; elsewhere, such as in a log, a line every ten seconds.
 * @param stream Standard error.
 */
export function createProgressLine(
  stream: { isTTY?: boolean; write(text: string): unknown },
  now: () => number = Date.now,
): { update(text: (elapsedMs: number) => string): void; end(): void } {
  const isTerminal = stream.isTTY === true;
  const startedAt = now();
  let shownAt = startedAt;
  let isShown = false;
  return {
    update(text) {
      const at = now();
      if (at - shownAt < (isTerminal ? everyMs.terminal : everyMs.other)) return;
      shownAt = at;
      isShown = true;
      stream.write(isTerminal ? `\r${text(at - startedAt)}\u001b[K` : `${text(at - startedAt)}\n`);
    },
    /** Leaves the line that was written in place. */
    end() {
      if (isTerminal && isShown) stream.write("\n");
    },
  };
}
