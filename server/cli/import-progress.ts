const everyMs = { terminal: 1000, other: 10_000 };

/**
 * Tells how far an import is: on a terminal each second, in place; elsewhere, such as in a log, a line every ten seconds.
 * @param stream Standard error.
 */
export function createImportProgress(
  stream: { isTTY?: boolean; write(text: string): unknown },
  now: () => number = Date.now,
): { update(lines: number, imported: number): void; end(): void } {
  const isTerminal = stream.isTTY === true;
  const startedAt = now();
  let shownAt = startedAt;
  let isShown = false;
  return {
    update(lines, imported) {
      const at = now();
      if (at - shownAt < (isTerminal ? everyMs.terminal : everyMs.other)) return;
      shownAt = at;
      isShown = true;
      const aSecond = Math.round((lines / (at - startedAt)) * 1000);
      const text = `${count(lines)} lines read (${count(aSecond)} a second), ${count(imported)} keys`;
      stream.write(isTerminal ? `\r${text}\u001b[K` : `${text}\n`);
    },
    /** Leaves the line that was written in place. */
    end() {
      if (isTerminal && isShown) stream.write("\n");
    },
  };
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
