import { execFileSync } from "node:child_process";

/**
 * Lets no file of this process grow beyond so many bytes while `work` runs: a write that would is cut short, the next one fails,
 * as on a disk that is full.
 */
export async function withFileSizeLimit(bytes: number, work: () => Promise<void>): Promise<void> {
  limitTo(String(bytes));
  try {
    await work();
  } finally {
    limitTo("unlimited");
  }
}

/** The soft limit alone, so that it can be raised again. */
function limitTo(soft: string): void {
  execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${soft}:unlimited`]);
}
