import type { Logger } from "pino";

/** Work that goes on after a request was answered. The process waits for it before it stops. */
export class BackgroundWork {
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly log: Logger) {}

  /** Starts work whose failure is logged. */
  start(name: string, work: () => Promise<unknown>): void {
    const one = work().then(
      () => {},
      (error: Error) =>
        this.log.warn(
          { error: error.message },
          `${name} failed; a periodic job does it later. If that fails, too, look for the cause in the error`,
        ),
    );
    this.running.add(one);
    void one.finally(() => this.running.delete(one));
  }

  /** Waits for all work, also for work that begins in the meantime. */
  async finish(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }
}
