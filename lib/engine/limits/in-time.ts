/** @throws where the work is not done within that time; it is not stopped. */
export function inTime<Result>(work: Promise<Result>, patienceMs: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer in time")), patienceMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
