import { expect, test } from "vitest";
import { createImportProgress } from "./import-progress";

/** An import of a thousand lines each quarter of a second. */
function shown(isTTY: boolean, batches: number): string[] {
  const written: string[] = [];
  let at = 0;
  const progress = createImportProgress({ isTTY, write: (text: string) => written.push(text) }, () => at);
  for (let batch = 1; batch <= batches; batch += 1) {
    at += 250;
    progress.update(batch * 1000, batch * 999);
  }
  progress.end();
  return written;
}

test("on a terminal the progress is replaced each second, and the line is left at the end", () => {
  expect(shown(true, 9)).toEqual([
    "\r4,000 lines read (4,000 a second), 3,996 keys\u001b[K",
    "\r8,000 lines read (4,000 a second), 7,992 keys\u001b[K",
    "\n",
  ]);
});

test("elsewhere a line is written every ten seconds, and none for a short import", () => {
  expect(shown(false, 81)).toEqual([
    "40,000 lines read (4,000 a second), 39,960 keys\n",
    "80,000 lines read (4,000 a second), 79,920 keys\n",
  ]);
  expect(shown(false, 39)).toEqual([]);
  expect(shown(true, 3)).toEqual([]);
});
