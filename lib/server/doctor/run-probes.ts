import { type Finding, reasonOf, warning } from "./finding";

export type Probe = {
  /** What it checks, for the sentence that it couldn't be checked. */
  subject: string;
  /** Instead of the limit of all probes. */
  limitMs?: number;
  /** @param signal Aborted when the limit is reached. What a probe finds later is dropped. */
  run(signal: AbortSignal): Promise<Finding[]> | Finding[];
};

/**
 * Runs probes at the same time, each with its own time limit. One that fails or hangs becomes a finding and doesn't affect the
 * others.
 */
export async function runProbes(probes: readonly Probe[], limitMs: number): Promise<Finding[]> {
  const found = await Promise.all(probes.map((probe) => runProbe(probe, probe.limitMs ?? limitMs)));
  return found.flat();
}

async function runProbe({ subject, run }: Probe, limitMs: number): Promise<Finding[]> {
  try {
    return await withinLimit(limitMs, async (signal) => run(signal));
  } catch (error) {
    return [warning("doctor.incomplete", `Couldn't check ${subject}: ${reasonOf(error)}.`)];
  }
}

/** @throws Error when the work takes longer. It may go on, and its result is dropped. */
export async function withinLimit<Result>(
  limitMs: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${limitMs / 1000} seconds`));
      controller.abort();
    }, limitMs);
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
