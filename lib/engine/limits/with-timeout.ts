/** @throws where the work is not done within that time; it is not stopped. */
export function withTimeout<Result>(work: Promise<Result>, timeoutMs: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer in time")), timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
