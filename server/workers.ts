import cluster, { type Worker } from "node:cluster";

/** Before a worker that ended is replaced: one that ends at once must not keep a processor busy with its starts. */
const pauseMilliseconds = 1000;

/** What a worker is told of itself. The first one speaks to the person who started it; those that come later do not. */
type Role = "first" | "further";
export const speaks = () => process.env.KEYWARD_WORKER !== ("further" satisfies Role);

/**
 * Runs this program several times behind one port. Each worker is an instance like any other on the database, so that what keeps
 * revocations, limits and quotas exact over instances keeps them exact here. Connections are handed out in turn. The first
 * worker starts alone: one prepares the data folder, and one says what is wrong with a setting. One that ends is replaced.
 */
export function superviseWorkers(count: number): void {
  const running = new Set<Worker>();
  let stopping = false;
  let failed = false;

  const start = (role: Role): Worker => {
    const worker = cluster.fork({ KEYWARD_WORKER: role });
    running.add(worker);
    worker.once("exit", (code, signal) => {
      running.delete(worker);
      if (stopping) {
        if (code > 0) failed = true;
        if (running.size === 0) process.exit(failed ? 1 : 0);
        return;
      }
      console.error(`A worker ended with ${signal ?? code}; another takes its place.`);
      setTimeout(() => !stopping && start("further"), pauseMilliseconds);
    });
    return worker;
  };

  cluster.setupPrimary({
    exec: process.argv[1],
    args: process.argv.slice(2),
    execArgv: ["--enable-source-maps"],
  });
  const first = start("first");
  const giveUp = (code: number) => process.exit(code || 1);
  first.prependOnceListener("exit", giveUp);
  first.once("listening", () => {
    first.off("exit", giveUp);
    for (let started = 1; started < count; started += 1) start("further");
  });
  const stop = () => {
    stopping = true;
    first.off("exit", giveUp);
    if (running.size === 0) process.exit(0);
    for (const worker of running) worker.process.kill("SIGTERM");
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
}
