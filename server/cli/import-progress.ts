import { createProgressLine } from "./progress-line";

/** Tells how far an import is. @param stream Standard error. */
export function createImportProgress(...[stream, now]: Parameters<typeof createProgressLine>): {
  update(lines: number, imported: number): void;
  end(): void;
} {
  const line = createProgressLine(stream, now);
  return {
    update(lines, imported) {
      line.update((elapsedMs) => {
        const aSecond = Math.round((lines / elapsedMs) * 1000);
        return `${count(lines)} lines read (${count(aSecond)} a second), ${count(imported)} keys`;
      });
    },
    end: line.end,
  };
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
