import { execFileSync } from "node:child_process";

/**
 * Limits the size of files that this process writes while `work` runs. A write beyond the limit is cut short, and the next one fails,
 * as on a full disk.
 */
export async function withFileSizeLimit(bytes: number, work: () => Promise<void>): Promise<void> {
  limitTo(String(bytes));
  try {
    await work();
  } finally {
    limitTo("unlimited");
  }
}

/** Only the soft limit, so that it can be raised again. */
function limitTo(soft: string): void {
  execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${soft}:unlimited`]);
}
