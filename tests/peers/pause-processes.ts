import { execFileSync } from "node:child_process";

/**
 * Pauses a process and its descendants, like a hanging machine: their sockets stay open, but nothing answers.
 * @returns A function that resumes them.
 */
export function pauseProcesses(pid: number): () => void {
  const paused: number[] = [];
  // Parents first, so that they can't start further children in the meantime.
  for (const waiting = [pid]; waiting.length > 0; ) {
    const next = waiting.shift() as number;
    if (!signal(next, "SIGSTOP")) continue;
    paused.push(next);
    waiting.push(...childrenOf(next));
  }
  return () => {
    for (const one of paused.splice(0).reverse()) signal(one, "SIGCONT");
  };
}

function signal(pid: number, name: "SIGSTOP" | "SIGCONT"): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    // It has exited in the meantime.
    return false;
  }
}

function childrenOf(parent: number): number[] {
  return execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
    .filter(([, ppid]) => ppid === parent)
    .map(([pid]) => pid);
}
