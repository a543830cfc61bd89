import type { Logger } from "pino";

export type Job = { everyMs: number; name: string; run(): Promise<unknown> };

export type JobResult = { runs: number; failures: number; lastSeconds: number };
/** What the jobs of this process did, by name. */
export const jobResults = new Map<string, JobResult>();

/**
 * Runs each job now, and then periodically. The jobs of one lane run one after another, so that a job never overlaps itself and a
 * lane never needs more than one database connection. A failure is logged, and the job runs again at its next turn.
 * @param maximumLanes Lanes beyond this number are merged.
 * @returns A function that stops everything that hasn't started.
 */
export function startUpkeep(lanes: Job[][], maximumLanes: number, log: Logger): () => void {
  const stops: (() => void)[] = [];
  for (let lane = 0; lane < maximumLanes; lane += 1)
    stops.push(startLane(lanes.filter((_, index) => index % maximumLanes === lane).flat(), log));
  return () => {
    for (const stop of stops) stop();
  };
}

function startLane(jobs: Job[], log: Logger): () => void {
  let stopped = false;
  let last = Promise.resolve();
  const run = async ({ name, run }: Job) => {
    if (stopped) return;
    const result: JobResult = { runs: 0, failures: 0, lastSeconds: 0, ...jobResults.get(name) };
    const start = performance.now();
    try {
      await run();
    } catch (error) {
      // When the process stops, its pools are closed, so a job in progress fails.
      if (!stopped)
        log.warn(
          { error: (error as Error).message },
          `${name} failed and runs again at its next turn; if that repeats, look for the cause in the error`,
        );
      result.failures += 1;
    }
    result.runs += 1;
    result.lastSeconds = (performance.now() - start) / 1000;
    jobResults.set(name, result);
  };
  const timers = jobs.map((job) => {
    let queued = false;
    const enqueue = () => {
      if (queued) return;
      queued = true;
      last = last
        .then(() => run(job))
        .then(() => {
          queued = false;
        });
    };
    enqueue();
    return setInterval(enqueue, job.everyMs).unref();
  });
  return () => {
    stopped = true;
    timers.forEach(clearInterval);
  };
}
